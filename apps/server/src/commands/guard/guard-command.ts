import { parseArgs } from "node:util";
import { ConfigError, readConfig } from "../../config/config.ts";
import type { Command } from "../command.ts";
import { openGuarded } from "./open-guarded.ts";
import { showGuard } from "./show-guard.ts";
import { switchGuard } from "./switch.ts";

/** Keeps what this server does to tags from being undone by Glance. */
export const guardCommand: Command = {
  name: "guard",
  summary:
    "on, off or status: keep Glance from undoing changes of tags on its database; --yes, --output json",
  async run(args, env) {
    const { values, positionals } = parseArgs({
      args: [...args],
      options: {
        yes: { type: "boolean", default: false },
        output: { type: "string", default: "text" },
      },
      allowPositionals: true,
    });
    const [action, ...others] = positionals;
    if ((action !== "on" && action !== "off" && action !== "status") || others.length > 0) {
      throw new ConfigError('"guard" takes one argument: on, off or status; see --help.');
    }
    const { yes, output } = values;
    if (output !== "text" && output !== "json") {
      throw new ConfigError(`--output must be "text" or "json", not "${output}".`);
    }
    if (action !== "status" && output === "json")
      throw new ConfigError('--output json is for "guard status".');
    if (action === "status" && yes) throw new ConfigError('--yes is for "guard on" and "guard off".');
    await using guarded = await openGuarded(readConfig(env).database);
    return action === "status" ? await showGuard(guarded, output) : await switchGuard(guarded, action, yes);
  },
};
