import { useEffect, useState } from "preact/hooks";
import { useStore } from "../ui/store.ts";
import { renewSession, session, type Session } from "./session.ts";

/** How long before its end a token is renewed, or its end is told, in milliseconds. */
const AHEAD_MS = 5 * 60_000;
const LOOK_EVERY_MS = 10_000;
/** The pause after a renewal that came to nothing. */
const AGAIN_AFTER_MS = 60_000;

/**
 * Renews the token before its end, or when the server takes it no more, where that is possible. Gives the minutes until its
 * end when it is near and was not renewed.
 */
export function useTimeLeft(): number | undefined {
  const current = useStore(session);
  const [left, setLeft] = useState<number>();
  useEffect(() => {
    setLeft(undefined);
    if (current === undefined) return undefined;
    let isRenewing = false;
    let again = 0;
    const tell = () => {
      const remaining = timeOf(current);
      if (remaining <= AHEAD_MS) setLeft(Math.max(0, Math.ceil(remaining / 60_000)));
    };
    const look = () => {
      if (!isRenewable(current)) tell();
      else if (isDue(current) && !isRenewing && Date.now() >= again) {
        isRenewing = true;
        again = Date.now() + AGAIN_AFTER_MS;
        renewSession()
          .catch(tell)
          .finally(() => (isRenewing = false));
      }
    };
    look();
    const timer = setInterval(look, LOOK_EVERY_MS);
    return () => clearInterval(timer);
  }, [current]);
  return left;
}

function isRenewable({ renewal }: Session): boolean {
  return renewal !== undefined;
}

/** A token that lives for minutes is renewed when half of its life is over. */
function isDue(current: Session): boolean {
  const remaining = timeOf(current);
  const age = Date.now() - current.begun;
  // One that was refused as soon as it was had would be followed by the next.
  if (current.hasEnded) return age >= AGAIN_AFTER_MS;
  return remaining <= Math.min(AHEAD_MS, (remaining + age) / 2);
}

/** The milliseconds until the end of the token; without end where none is known. */
function timeOf({ identity }: Session): number {
  const end = Date.parse(identity?.expires_at ?? "");
  return Number.isNaN(end) ? Infinity : end - Date.now();
}
