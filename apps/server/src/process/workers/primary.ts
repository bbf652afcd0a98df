import type { Config } from "../../config/config.ts";
import { withFirstToken } from "../first-start.ts";
import { logDestination, makeLog } from "../log/make-log.ts";
import { serviceManager, statusOf } from "../service-manager.ts";
import { tellStart } from "../start-text.ts";
import { tellGlanceConf } from "../tell-glance-conf.ts";
import { warnOfGuard } from "../warn-of-guard.ts";
import { reload } from "../reload.ts";
import { onReload, untilStopped } from "../until-stopped.ts";
import { version } from "../../version.ts";
import type { MetricsListener } from "../../metrics/metrics-listener.ts";
import { serveMetrics } from "../serve-metrics.ts";
import { WorkerFigures } from "./worker-figures.ts";
import { shareAddresses } from "./shared-addresses.ts";
import { WorkerGroup } from "./worker-group.ts";

/** The time that a worker has to show that its event loop goes round, in milliseconds. */
const WORKER_PATIENCE = 5_000;

/** Serves from several processes until a signal says to stop. Resolves with the exit code. */
export async function serveFromWorkers(config: Config): Promise<number> {
  const logTo = await logDestination(config);
  const log = makeLog(config, logTo);
  const manager = serviceManager(process.env, (sentence) => log.error(sentence));
  const group = new WorkerGroup(await shareAddresses(config), log);
  await using figures = await serveFigures(config);
  const { started, firstToken } = await withFirstToken(config, () => group.start(config.workers));
  // Whoever reads the text may send a signal at once, so this comes first.
  const stopped = untilStopped(config);
  const renew = async (): Promise<void> => {
    await manager.reloading();
    await group.renew();
    await manager.ready(statusOf(started));
  };
  process.on("SIGUSR2", () => void renew());
  onReload(() => {
    void manager.reloading();
    if (config.logFile !== undefined) reload([{ what: "log file", readAnew: () => logTo.reopen() }], log);
    group.reload();
    void manager.ready(statusOf(started));
  });
  tellStart(config, { ...started, guard: started.guard, metricsUrl: figures?.url, firstToken }, version());
  tellGlanceConf(log, config);
  warnOfGuard(log, started.guard);
  await manager.ready(statusOf(started));
  manager.watch(async () => {
    const all = await group.answers(WORKER_PATIENCE);
    if (!all) log.error("a worker does not answer, so the service manager is not told that all is well");
    return all;
  });
  await stopped;
  const told = manager.stopping(config.drainDelay);
  const inPeace = await group.stop();
  await told;
  log.flush();
  return inPeace ? 0 : 1;
}

/** Serves the figures of all workers together. */
async function serveFigures(config: Config): Promise<MetricsListener | undefined> {
  if (config.metricsListen === undefined) return undefined;
  const { countsOf } = await import("../../metrics/exposition.ts");
  const figures = new WorkerFigures(config.workers, countsOf);
  return await serveMetrics(config, () => figures.gather());
}
