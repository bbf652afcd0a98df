import { useEffect, useState } from "preact/hooks";
import { useStore } from "../ui/store.ts";
import { renewSession, session } from "./session.ts";

/** How long before its end a token is renewed, or its end is told. */
const AHEAD_MS = 5 * 60_000;
const LOOK_EVERY_MS = 10_000;

/**
 * Renews the token before its end where that is possible. Gives the minutes until its end when it is near and nothing can
 * be done about it.
 */
export function useTimeLeft(): number | undefined {
  const current = useStore(session);
  const end = current?.identity?.expires_at;
  const [left, setLeft] = useState<number>();
  useEffect(() => {
    setLeft(undefined);
    if (end === null || end === undefined) return undefined;
    let isRenewing = false;
    const look = () => {
      const remaining = Date.parse(end) - Date.now();
      if (remaining > AHEAD_MS || Number.isNaN(remaining)) return;
      if (current?.renewal !== undefined && !isRenewing) {
        isRenewing = true;
        renewSession().catch(() => {
          isRenewing = false;
        });
      }
      setLeft(Math.max(0, Math.ceil(remaining / 60_000)));
    };
    look();
    const timer = setInterval(look, LOOK_EVERY_MS);
    return () => clearInterval(timer);
  }, [current, end]);
  return left;
}
