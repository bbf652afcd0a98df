import { readConfig } from "../config.ts";
import { serve } from "../serve.ts";
import { startText } from "../start-text.ts";
import { untilStopped } from "../until-stopped.ts";
import { version } from "../version.ts";
import type { Command } from "./command.ts";
import { noArguments } from "./no-arguments.ts";

/** Serves until it is told to stop. */
export const serveCommand: Command = {
  name: "serve",
  summary: "answer requests until SIGTERM or SIGINT (the default)",
  async run(args, env) {
    noArguments("serve", args);
    const config = readConfig(env);
    const server = await serve(config);
    // Before the text: who reads it may send a signal at once.
    const stopped = untilStopped();
    process.stdout.write(startText(config, server, version()));
    await stopped;
    await server.close();
    return 0;
  },
};
