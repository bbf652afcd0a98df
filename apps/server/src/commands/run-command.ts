import { COMMANDS } from "./commands.ts";
import { ConfigError } from "../config/config.ts";
import { explain } from "../process/explain.ts";
import { helpText } from "./help-text.ts";
import { version } from "../version.ts";

/** The exit code for wrong usage, and for settings that cannot be used. */
const USAGE_ERROR = 2;

async function main([first, ...rest]: readonly string[]): Promise<number> {
  if (first === undefined) return await COMMANDS[0].run([], process.env);
  const command = COMMANDS.find(({ name }) => name === first);
  if (["-h", "--help", "help"].includes(first) || rest.includes("--help")) {
    process.stdout.write(command?.help ?? helpText(process.env));
    return 0;
  }
  if (["-V", "--version"].includes(first)) {
    process.stdout.write(`${version()}\n`);
    return 0;
  }
  if (command !== undefined) return await command.run(rest, process.env);
  throw new ConfigError(
    `There is no ${first.startsWith("-") ? "option" : "command"} "${first}"; see --help.`,
  );
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  const message = explain(error);
  if (message === undefined) throw error;
  process.stderr.write(`imagetags-server: ${message.replaceAll("\n", "\nimagetags-server: ")}\n`);
  process.exitCode = USAGE_ERROR;
}
