import type { Config } from "../../config/config.ts";
import { explain } from "../explain.ts";
import type { MetricsReport } from "../../metrics/metrics-report.ts";
import { serve, type RunningServer } from "../serve.ts";
import { DRAIN_PATIENCE, heedNoReload } from "../until-stopped.ts";
import {
  ALL_FIGURES,
  FIGURES,
  PING,
  PONG,
  RELOAD,
  RETIRE,
  STOP,
  type FiguresReport,
  type WorkerReport,
} from "./messages.ts";

/** The exit code after a failure that was reported. */
const FAILED = 2;

/** Serves as one of several processes until the primary, or a signal, says to stop. Resolves with the exit code. */
export async function serveAsWorker(config: Config): Promise<number> {
  // The primary may be told to stop while this process starts, so this comes first.
  const told = heedPrimary(config);
  const lastFigures = (figures: MetricsReport): Promise<void> => report({ kind: "figures", figures });
  const server = await serve(config, { lastFigures }).catch(async (error: unknown) => {
    const message = explain(error);
    if (message === undefined) throw error;
    await report({ kind: "failed", message });
  });
  if (server === undefined) return end(FAILED);
  const { url, urls, schema, guard } = server;
  process.on("message", (message) => {
    if (message === RELOAD) server.readFilesAnew();
  });
  await report({ kind: "listening", url, urls: [...urls], schema, guard });
  tellFigures(server.metrics);
  await Promise.race([told.stop, told.retire]);
  if (told.hurry.aborted) await server.announceEnd();
  await server.close(told.hurry);
  return end(0);
}

/** What the primary, or a signal, tells a worker. */
interface Told {
  /** Resolves when it is to end: another has taken its place, and it may take its time. */
  readonly retire: Promise<void>;
  /** Resolves when it is to end soon. */
  readonly stop: Promise<void>;
  /** Is aborted by then. */
  readonly hurry: AbortSignal;
}

/**
 * A second signal is not the wish to end at once here: a terminal and a service manager signal every process,
 * and the primary sends its own word. When the primary ends at once, so do its workers.
 */
function heedPrimary({ drainDelay }: Config): Told {
  const retire = Promise.withResolvers<void>();
  const stop = Promise.withResolvers<void>();
  const hurry = new AbortController();
  const stopSoon = (): void => {
    setTimeout(() => process.exit(1), drainDelay + DRAIN_PATIENCE).unref();
    hurry.abort();
    stop.resolve();
  };
  process.on("SIGTERM", stopSoon).on("SIGINT", stopSoon);
  heedNoReload();
  process.on("message", (message) => {
    if (message === STOP) stopSoon();
    if (message === RETIRE) retire.resolve();
    if (message === PING) process.send?.(PONG);
  });
  return { retire: retire.promise, stop: stop.promise, hurry: hurry.signal };
}

/** Tells the primary the figures whenever it asks for them. */
function tellFigures(metrics: RunningServer["metrics"]): void {
  if (metrics === undefined) return;
  process.on("message", (message) => {
    if (message !== FIGURES && message !== ALL_FIGURES) return;
    // What is not told is asked for again.
    void metrics.report(message === ALL_FIGURES).then(
      (figures) => report({ kind: "figures", figures }),
      () => undefined,
    );
  });
}

function report(message: WorkerReport | FiguresReport): Promise<void> {
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
