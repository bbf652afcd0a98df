import type { Config } from "../../config/config.ts";
import { explain } from "../explain.ts";
import { serve } from "../serve.ts";
import { DRAIN_PATIENCE, heedNoReload } from "../until-stopped.ts";
import { STOP, type WorkerReport } from "./messages.ts";

/** The exit code after a failure that was reported. */
const FAILED = 2;

/** Serves as one of several processes until the primary, or a signal, says to stop. Resolves with the exit code. */
export async function serveAsWorker(config: Config): Promise<number> {
  // The primary may be told to stop while this process starts, so this comes first.
  const stopped = untilToldToStop(config);
  const server = await serve(config).catch(async (error: unknown) => {
    const message = explain(error);
    if (message === undefined) throw error;
    await report({ kind: "failed", message });
  });
  if (server === undefined) return end(FAILED);
  const { url, schema, guard } = server;
  await report({ kind: "listening", url, schema, guard });
  await stopped;
  await server.announceEnd();
  await server.close();
  return end(0);
}

/**
 * A second signal is not the wish to end at once here: a terminal and a service manager signal every process,
 * and the primary sends its own word. When the primary ends at once, so do its workers.
 */
function untilToldToStop({ drainDelay }: Config): Promise<void> {
  return new Promise((resolve) => {
    const stop = (): void => {
      setTimeout(() => process.exit(1), drainDelay + DRAIN_PATIENCE).unref();
      resolve();
    };
    process.on("SIGTERM", stop).on("SIGINT", stop);
    heedNoReload();
    process.on("message", (message) => {
      if (message === STOP) stop();
    });
  });
}

function report(message: WorkerReport): Promise<void> {
  return new Promise((resolve) => {
    if (process.send === undefined) resolve();
    else process.send(message, undefined, undefined, () => resolve());
  });
}

/** The channel to the primary must not keep this process alive. */
function end(code: number): number {
  process.channel?.unref();
  return code;
}
