import { parseArgs } from "node:util";
import { ConfigError, readConfig } from "../../config/config.ts";
import { treat } from "./treat.ts";
import type { Command } from "../command.ts";

/** Looks at the tags of the database, and repairs what it is asked to. */
export const doctorCommand: Command = {
  name: "doctor",
  summary: "look what is wrong with the tags of the database; --repair, --add-indexes, --yes, --output json",
  async run(args, env) {
    const { values } = parseArgs({
      args: [...args],
      options: {
        repair: { type: "boolean", default: false },
        "add-indexes": { type: "boolean", default: false },
        yes: { type: "boolean", default: false },
        output: { type: "string", default: "text" },
      },
    });
    const { output } = values;
    if (output !== "text" && output !== "json") {
      throw new ConfigError(`--output must be "text" or "json", not "${output}".`);
    }
    return await treat(readConfig(env).database, {
      repair: values.repair,
      addIndexes: values["add-indexes"],
      yes: values.yes,
      output,
    });
  },
};
