import { execFile } from "node:child_process";
import { errorText } from "../error-text.ts";
import { DRAIN_PATIENCE } from "./until-stopped.ts";

/** The time that the command may take, in milliseconds. The service manager's own patience is longer. */
const PATIENCE = 10_000;
/** The time beyond its own that the server is given to end, in milliseconds. */
const SPARE = 5_000;
/** How often the service manager is told within the time after which it would give up. */
const WITHIN = 3;

/** The service manager that started this process, as far as it asked to be told of it. Source: sd_notify(3). */
export interface ServiceManager {
  /** Tells that the server answers, or that a reload is over. */
  ready(status: string): Promise<void>;
  /** Tells that a reload has begun. */
  reloading(): Promise<void>;
  /** Tells that the server drains, which takes up to `drainDelay` milliseconds and those of the drain. */
  stopping(drainDelay: number): Promise<void>;
  /**
   * Tells from now on that the server works, as often as it asked to be told; not while `works` resolves with `false` or
   * is not resolved.
   */
  watch(works: () => Promise<boolean>): void;
}

type Env = Readonly<Record<string, string | undefined>>;

/** Sends assignments such as `READY=1` to the service manager. */
type Send = (assignments: readonly string[]) => Promise<void>;

/** Finds out whether there is one, by the variables that it sets. `complain` is told once that it cannot be reached. */
export function serviceManager(env: Env, complain: (sentence: string) => void): ServiceManager {
  const send: Send = (env["NOTIFY_SOCKET"] ?? "") === "" ? () => Promise.resolve() : sendInOrder(complain);
  return {
    ready: (status) => send(["READY=1", `STATUS=${status}`]),
    // The manager tells by the time whether this is about the reload that it asked for.
    reloading: () => send(["RELOADING=1", `MONOTONIC_USEC=${process.hrtime.bigint() / 1_000n}`]),
    stopping: (drainDelay) =>
      send([
        "STOPPING=1",
        "STATUS=Answering the requests under way",
        `EXTEND_TIMEOUT_USEC=${(drainDelay + DRAIN_PATIENCE + SPARE) * 1_000}`,
      ]),
    watch(works) {
      const interval = watchdogInterval(env);
      if (interval === undefined) return;
      let asking = false;
      const look = async (): Promise<void> => {
        if (asking) return;
        asking = true;
        if (await works()) await send(["WATCHDOG=1"]);
        asking = false;
      };
      // The timer itself shows that the event loop goes round.
      setInterval(() => void look(), interval).unref();
    },
  };
}

/** What the service manager shows of a server that answers. */
export function statusOf({ url }: { readonly url: string }): string {
  return `Answering at ${url}`;
}

/** Milliseconds between two signs of life; `undefined` where none are asked of this process. */
function watchdogInterval(env: Env): number | undefined {
  const microseconds = Number(env["WATCHDOG_USEC"]);
  const isForThis = env["WATCHDOG_PID"] === undefined || env["WATCHDOG_PID"] === String(process.pid);
  return microseconds > 0 && isForThis ? microseconds / 1_000 / WITHIN : undefined;
}

/**
 * Sends by `systemd-notify`, for Node.js cannot write to the socket itself: it is one of datagrams. See
 * docs/decisions/systemd-notify.md.
 */
function sendInOrder(complain: (sentence: string) => void): Send {
  let hasComplained = false;
  let last = Promise.resolve();
  const run = (assignments: readonly string[]): Promise<void> =>
    new Promise((resolve) => {
      execFile("systemd-notify", assignments, { timeout: PATIENCE }, (error) => {
        if (error !== null && !hasComplained) {
          hasComplained = true;
          complain(`The service manager could not be told ${assignments.join(" ")}: ${errorText(error)}`);
        }
        resolve();
      });
    });
  return (assignments) => {
    last = last.then(() => run(assignments));
    return last;
  };
}
