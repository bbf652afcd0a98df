import cluster, { type Worker } from "node:cluster";
import { ConfigError } from "../../config/config.ts";
import { withUsualUmask } from "./shared-addresses.ts";
import { workerReport, type WorkerReport } from "./messages.ts";

/** A worker that answers, and its report. */
export interface StartedWorker {
  readonly worker: Worker;
  readonly report: Extract<WorkerReport, { kind: "listening" }>;
}

/** Starts a process that serves at what `IMAGETAGS_LISTEN` would name so. Rejects with a {@link ConfigError} that says why it could not. */
export function startWorker(listen: string): Promise<StartedWorker> {
  const worker = withUsualUmask(() => cluster.fork({ IMAGETAGS_LISTEN: listen }));
  return new Promise((resolve, reject) => {
    const end = (code: number | null, signal: string | null): void => {
      reject(new ConfigError(`A worker ended while it started (${code ?? signal}).`));
    };
    worker.once("exit", end);
    worker.once("message", (message: unknown) => {
      const report = workerReport.parse(message);
      if (report.kind === "failed") {
        reject(new ConfigError(report.message));
        return;
      }
      worker.off("exit", end);
      resolve({ worker, report });
    });
  });
}
