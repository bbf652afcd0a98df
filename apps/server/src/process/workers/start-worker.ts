import cluster, { type Worker } from "node:cluster";
import { ConfigError } from "../../config/config.ts";
import type { ListenAddress } from "../../config/server-settings.ts";
import { workerReport, type WorkerReport } from "./messages.ts";

/** A worker that answers, and its report. */
export interface StartedWorker {
  readonly worker: Worker;
  readonly report: Extract<WorkerReport, { kind: "listening" }>;
}

/** Starts a process that serves. Rejects with a {@link ConfigError} that says why it could not. */
export function startWorker({ host, port }: ListenAddress): Promise<StartedWorker> {
  const address = host.includes(":") ? `[${host}]:${port}` : `${host}:${port}`;
  const worker = cluster.fork({ IMAGETAGS_LISTEN: address });
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
