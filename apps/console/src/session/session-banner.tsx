import { useState } from "preact/hooks";
import type { ServerSettings } from "../server/console-calls.ts";
import { text } from "../texts/texts.ts";
import { Dialog } from "../ui/dialog.tsx";
import { SignInForm } from "./sign-in.tsx";
import type { Session } from "./session.ts";
import { useTimeLeft } from "./time-left.ts";

/** Tells that the session ends soon or has ended, and lets somebody go on where they are. */
export function SessionBanner({
  session,
  settings,
}: {
  readonly session: Session;
  readonly settings: ServerSettings | undefined;
}) {
  const left = useTimeLeft();
  const [isOpen, setOpen] = useState(false);
  const { hasEnded, token } = session;
  if (!hasEnded && left === undefined) return null;
  return (
    <div class="banner" role="alert">
      <span>{hasEnded || left === 0 ? text("ended") : text("endsSoon", { minutes: left ?? 0 })}</span>
      <button type="button" class="link" onClick={() => setOpen(true)}>
        {text("signInAgain")}
      </button>
      {isOpen && (
        <Dialog key={token} title={text("signInAgain")} onClose={() => setOpen(false)}>
          <SignInForm settings={settings} label={text("signInAgain")} />
        </Dialog>
      )}
    </div>
  );
}
