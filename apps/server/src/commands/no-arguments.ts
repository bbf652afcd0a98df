import { ConfigError } from "../config/config.ts";

/** Refuses arguments to a command that takes none. */
export function noArguments(command: string, args: readonly string[]): void {
  if (args.length === 0) return;
  throw new ConfigError(`"${command}" takes no arguments, but was given "${args.join(" ")}"; see --help.`);
}
