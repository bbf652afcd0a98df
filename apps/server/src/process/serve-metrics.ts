import { ConfigError, type Config } from "../config/config.ts";
import { errorText } from "../error-text.ts";
import { SharedQuestion } from "../health/shared-question.ts";
import type { Workers } from "../metrics/exposition.ts";
import type { MetricsReport } from "../metrics/metrics-report.ts";
import type { MetricsListener } from "../metrics/metrics-listener.ts";

/** Who asks at the same time shares an answer, and nobody waits for longer than Prometheus does, in milliseconds. */
const LIMITS = { lifetime: 0, patience: 8_000 };

/** What all processes that serve told of themselves. */
export interface Gathered {
  readonly reports: readonly MetricsReport[];
  readonly workers: Workers;
}

/** Serves the figures, where the settings say at which address. What it takes is loaded only then. */
export async function serveMetrics(
  { metricsListen }: Pick<Config, "metricsListen">,
  gather: () => Promise<Gathered>,
): Promise<MetricsListener | undefined> {
  if (metricsListen === undefined) return undefined;
  const { exposition, EXPOSITION_TYPE } = await import("../metrics/exposition.ts");
  const { listenForMetrics } = await import("../metrics/metrics-listener.ts");
  const question = new SharedQuestion<string | undefined>(
    async () => {
      try {
        const { reports, workers } = await gather();
        return await exposition(reports, workers);
      } catch {
        // What is wrong with the server is told where requests meet it.
        return undefined;
      }
    },
    LIMITS,
    () => undefined,
  );
  try {
    return await listenForMetrics(metricsListen, async () => ({
      type: EXPOSITION_TYPE,
      text: await question.ask(),
    }));
  } catch (error) {
    throw new ConfigError(`IMAGETAGS_METRICS_LISTEN cannot be used: ${errorText(error)}`);
  }
}
