import cluster from "node:cluster";
import { ConfigError, readConfig, type Config } from "../config/config.ts";
import { missingSockets } from "../config/listen-address.ts";
import { serve } from "../process/serve.ts";
import { serviceManager, statusOf } from "../process/service-manager.ts";
import { tellStart } from "../process/start-text.ts";
import { onReload, untilStopped } from "../process/until-stopped.ts";
import { version } from "../version.ts";
import { serveFromWorkers } from "../process/workers/primary.ts";
import { serveAsWorker } from "../process/workers/worker.ts";
import type { Command } from "./command.ts";
import { noArguments } from "./no-arguments.ts";

/** Serves until it is told to stop. */
export const serveCommand: Command = {
  name: "serve",
  summary: "answer requests until SIGTERM or SIGINT (the default)",
  async run(args, env) {
    noArguments("serve", args);
    const missing = missingSockets(env);
    if (missing !== undefined) throw new ConfigError(missing);
    const config = readConfig(env);
    if (config.workers === 1) return await serveAlone(config);
    return await (cluster.isPrimary ? serveFromWorkers(config) : serveAsWorker(config));
  },
};

async function serveAlone(config: Config): Promise<number> {
  const server = await serve(config);
  // Whoever reads the text may send a signal at once, so this comes first.
  const stopped = untilStopped(config);
  tellStart(config, server, version());
  const manager = serviceManager(process.env, (sentence) => server.log.error(sentence));
  await manager.ready(statusOf(server));
  manager.watch(() => Promise.resolve(true));
  onReload(() => {
    void manager.reloading();
    server.readFilesAnew();
    void manager.ready(statusOf(server));
  });
  await stopped;
  const told = manager.stopping(config.drainDelay);
  await server.announceEnd();
  await server.close();
  await told;
  return 0;
}
