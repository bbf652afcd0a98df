import { useEffect, useRef, useState } from "preact/hooks";
import { text } from "../texts/texts.ts";
import { useStore } from "../ui/store.ts";
import { dismiss, notices, TOLD_FOR_MS, type Notice } from "./notices.ts";

/** What was done lately, each with its undoing. */
export function NoticeList() {
  const told = useStore(notices);
  return (
    <div class="notices" role="log" aria-live="polite" aria-relevant="additions">
      {told.map((notice) => (
        <NoticeLine key={notice.id} notice={notice} />
      ))}
    </div>
  );
}

function NoticeLine({ notice: { id, kind, message, undo } }: { readonly notice: Notice }) {
  const [isBusy, setBusy] = useState(false);
  const line = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (kind === "refused") return undefined;
    // Nobody loses what they point at or have the focus on.
    const timer = setInterval(() => {
      if (line.current?.matches(":hover, :focus-within") !== true) dismiss(id);
    }, TOLD_FOR_MS);
    return () => clearInterval(timer);
  }, [id, kind]);
  const takeBack = async () => {
    setBusy(true);
    await undo?.();
    dismiss(id);
  };
  return (
    <div ref={line} class={`notice notice-${kind}`}>
      <span class="notice-text">{message}</span>
      {undo !== undefined && (
        <button type="button" class="link" disabled={isBusy} onClick={() => void takeBack()}>
          {text("undo")}
        </button>
      )}
      <button type="button" class="quiet" aria-label={text("close")} onClick={() => dismiss(id)}>
        ×
      </button>
    </div>
  );
}
