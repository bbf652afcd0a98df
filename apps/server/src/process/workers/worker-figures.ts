import cluster, { type Worker } from "node:cluster";
import type { MetricsReport } from "../../metrics/metrics-report.ts";
import type { Gathered } from "../serve-metrics.ts";
import { ALL_FIGURES, FIGURES, figuresReport } from "./messages.ts";

/** The time that workers have to tell their figures, in milliseconds. What is not told by then is as it was told before. */
const PATIENCE = 3_000;

/** What the primary knows of a worker's figures. */
interface Known {
  last: MetricsReport | undefined;
  /** Is called when the figures come that were asked for. */
  told: (() => void) | undefined;
}

/** Sums up the figures of workers that have ended. */
type CountsOf = (reports: readonly MetricsReport[]) => Promise<MetricsReport>;

/**
 * Gathers the figures of all workers. The counts of those that have ended are kept, since a sum that falls looks to
 * Prometheus as if all had begun anew.
 */
export class WorkerFigures {
  readonly #configured: number;
  readonly #countsOf: CountsOf;
  readonly #known = new Map<Worker, Known>();
  #ended: Promise<readonly MetricsReport[]> = Promise.resolve([]);

  constructor(configured: number, countsOf: CountsOf) {
    this.#configured = configured;
    this.#countsOf = countsOf;
    cluster.on("message", (worker, message: unknown) => this.#hear(worker, message));
    cluster.on("exit", (worker) => this.#forget(worker));
  }

  async gather(): Promise<Gathered> {
    const late = AbortSignal.timeout(PATIENCE);
    const asked = [...this.#known].map(([worker, known], index) => ask(worker, known, index === 0, late));
    const answers = await Promise.all(asked);
    const reports = [...this.#known.values()].flatMap(({ last }) => (last === undefined ? [] : [last]));
    return {
      reports: [...(await this.#ended), ...reports],
      workers: { configured: this.#configured, answering: answers.filter(Boolean).length },
    };
  }

  /** The first message of a worker tells that it serves, and that it can be asked. */
  #hear(worker: Worker, message: unknown): void {
    const known = this.#known.get(worker);
    if (known === undefined) {
      if (!worker.isDead()) this.#known.set(worker, { last: undefined, told: undefined });
      return;
    }
    const report = figuresReport.safeParse(message);
    if (!report.success) return;
    known.last = report.data.figures;
    known.told?.();
  }

  #forget(worker: Worker): void {
    const known = this.#known.get(worker);
    this.#known.delete(worker);
    const last = known?.last;
    known?.told?.();
    if (last === undefined) return;
    this.#ended = this.#ended.then(async (before) => [await this.#countsOf([...before, last])]);
  }
}

/** Asks a worker for its figures. Resolves with whether it told them in time. */
function ask(worker: Worker, known: Known, withShared: boolean, late: AbortSignal): Promise<boolean> {
  if (!worker.isConnected()) return Promise.resolve(false);
  return new Promise((resolve) => {
    const giveUp = (): void => resolve(false);
    late.addEventListener("abort", giveUp, { once: true });
    known.told = () => {
      known.told = undefined;
      late.removeEventListener("abort", giveUp);
      resolve(!worker.isDead());
    };
    worker.send(withShared ? ALL_FIGURES : FIGURES);
  });
}
