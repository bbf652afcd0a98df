import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { freePort } from "../free-port.ts";
import { startProgram } from "../processes/program.ts";
import { runToEnd } from "../processes/run-to-end.ts";
import { temporaryFolder } from "../temporary-folder.ts";

/** A RabbitMQ of our own. */
export interface Rabbitmq {
  /** As oslo.messaging's `transport_url` has it. */
  readonly url: string;
  /** As AMQP clients have it. */
  readonly amqpUrl: string;
  /** Again, after `kill`. */
  readonly start: () => Promise<void>;
  /** As a crash would. */
  readonly kill: () => Promise<void>;
}

/** Starts a private RabbitMQ with its data in a temporary folder. The system's own is not touched. */
export async function startRabbitmq(): Promise<Rabbitmq & AsyncDisposable> {
  await using stack = new AsyncDisposableStack();
  const folder = stack.use(temporaryFolder("rabbitmq")).path;
  const [port, distribution, names] = [await freePort(), await freePort(), await freePort()];
  mkdirSync(join(folder, "data"));
  for (const [name, text] of [
    ["rabbitmq.conf", ""],
    ["environment", ""],
    ["plugins", "[]."],
  ] as const) {
    writeFileSync(join(folder, name), text);
  }
  const env = {
    HOME: folder,
    ERL_EPMD_ADDRESS: "127.0.0.1",
    ERL_EPMD_PORT: String(names),
    RABBITMQ_NODENAME: `imagetags-${port}@localhost`,
    RABBITMQ_NODE_IP_ADDRESS: "127.0.0.1",
    RABBITMQ_NODE_PORT: String(port),
    RABBITMQ_DIST_PORT: String(distribution),
    RABBITMQ_MNESIA_BASE: join(folder, "data"),
    RABBITMQ_LOG_BASE: folder,
    RABBITMQ_CONFIG_FILE: join(folder, "rabbitmq.conf"),
    RABBITMQ_CONF_ENV_FILE: join(folder, "environment"),
    RABBITMQ_ENABLED_PLUGINS_FILE: join(folder, "plugins"),
    // On a busy machine it would give itself as many threads as there are processors, for each of its kinds.
    RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS: "+S 1:1 +A 4",
  };
  // Erlang would start one that nobody ends.
  const registry = await startProgram(
    { name: "epmd", command: "epmd", args: ["-address", "127.0.0.1", "-port", String(names)], folder },
    () =>
      runToEnd("epmd", ["-port", String(names), "-names"]).then(
        () => true,
        () => false,
      ),
  );
  stack.defer(() => registry.kill());
  let launched = 0;
  const launch = () => {
    launched += 1;
    return startProgram(
      {
        name: "RabbitMQ",
        command: "/usr/lib/rabbitmq/bin/rabbitmq-server",
        args: [],
        log: join(folder, `output-${launched}`),
        folder,
        env,
      },
      (started) => started.stdout().includes("completed with"),
    );
  };
  let running = await launch();
  stack.defer(() => running.kill());

  const owned = stack.move();
  return {
    url: `rabbit://guest:guest@127.0.0.1:${port}/`,
    amqpUrl: `amqp://guest:guest@127.0.0.1:${port}/`,
    start: async () => {
      running = await launch();
    },
    kill: () => running.kill(),
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}
