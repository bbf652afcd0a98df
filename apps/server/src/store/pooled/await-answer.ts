import { ConnectionLost } from "./failures.ts";
import { SilentServer, type ServerWatch } from "./server-watch.ts";

/** How long a server may take before it is asked whether it still answers, in milliseconds. */
const PATIENCE = 300;

/** Asks a server something, and passes on its answer or what kept it from one. */
export type Ask<Result> = (resolve: (result: Result) => void, reject: (error: unknown) => void) => void;

/** How long an answer is waited for. */
export interface Wait {
  /** In milliseconds. */
  readonly limit: number;
  /** Tells when waiting is of no use any more; without, all of the time is waited. */
  readonly watch: ServerWatch | undefined;
  /** Whether it is of no use to wait while commits wait for a standby, as for a change. */
  readonly isChange?: boolean;
  /** Is told when the limit is reached. */
  readonly onLimit?: (() => void) | undefined;
}

/**
 * The answer to what a server is asked. Rejects with a {@link ConnectionLost} when there is none within the limit.
 * Rejects as soon as the server is found silent, with a {@link SilentServer} as the cause, or a change is found to wait
 * for a standby. `late` is given an answer that comes afterwards.
 */
export function awaitAnswer<Result>(
  ask: Ask<Result>,
  { limit, watch, isChange = false, onLimit }: Wait,
  late?: (result: Result) => void,
): Promise<Result> {
  return new Promise((resolve, reject) => {
    const start = performance.now();
    let isOver = false;
    const giveUp = (error: unknown): void => {
      clearTimeout(timer);
      isOver = true;
      reject(error);
    };
    const left = (): number => Math.max(0, limit - (performance.now() - start));
    const look = async (): Promise<void> => {
      if (left() === 0) {
        onLimit?.();
        return giveUp(new ConnectionLost(`The database did not answer within ${limit} ms.`));
      }
      timer = later(left());
      const isThere = (await watch?.answers()) ?? true;
      if (isOver) return;
      if (!isThere) return giveUp(silence());
      if (isChange && watch?.isStalled === true) return giveUp(stall());
      clearTimeout(timer);
      timer = later(Math.min(left(), watch === undefined ? limit : PATIENCE));
    };
    const later = (time: number): NodeJS.Timeout => setTimeout(() => void look(), time);
    let timer = later(watch === undefined ? limit : Math.min(limit, PATIENCE));
    ask((result) => {
      clearTimeout(timer);
      if (isOver) return late?.(result);
      isOver = true;
      resolve(result);
    }, giveUp);
  });
}

function stall(): ConnectionLost {
  return new ConnectionLost("The database waits for a standby that does not answer.");
}

function silence(): ConnectionLost {
  const cause = new SilentServer();
  return new ConnectionLost(cause.message, { cause });
}
