import { parseArgs } from "node:util";
import { ConfigError } from "../../config/config.ts";
import type { Command } from "../command.ts";
import { checkUpgrade } from "./check-upgrade.ts";
import { exitCodeOf, VERDICTS } from "./check-result.ts";
import { resultTable } from "./result-table.ts";

/** Looks whether this version can take up the work, before a server of it is started. */
export const upgradeCommand: Command = {
  name: "upgrade",
  summary: "check: whether this version can serve with these settings on this database; --output json",
  async run(args, env) {
    const { values, positionals } = parseArgs({
      args: [...args],
      options: { output: { type: "string", default: "text" } },
      allowPositionals: true,
    });
    const [action, ...others] = positionals;
    if (action !== "check" || others.length > 0) {
      throw new ConfigError('"upgrade" takes one argument: check; see --help.');
    }
    const { output } = values;
    if (output !== "text" && output !== "json") {
      throw new ConfigError(`--output must be "text" or "json", not "${output}".`);
    }
    const checks = await checkUpgrade(env);
    const code = exitCodeOf(checks);
    const report = { result: VERDICTS[code], checks };
    process.stdout.write(
      output === "json" ? `${JSON.stringify(report, undefined, 2)}\n` : resultTable(checks),
    );
    return code;
  },
};
