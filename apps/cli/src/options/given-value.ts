import type { CommandUnknownOpts } from "@commander-js/extra-typings";

/** The value of an option that may stand before the command's name or after it; after it wins. */
export function givenValue(command: CommandUnknownOpts, key: string): unknown {
  const own: unknown = command.getOptionValue(key);
  if (own !== undefined || command.parent === null) return own;
  return givenValue(command.parent, key);
}

/** The same for an option that takes one text. */
export function givenText(command: CommandUnknownOpts, key: string): string | undefined {
  const value = givenValue(command, key);
  return typeof value === "string" ? value : undefined;
}

/** The same for one that gathers texts. */
export function givenTexts(command: CommandUnknownOpts, key: string): readonly string[] {
  const value = givenValue(command, key);
  return Array.isArray(value) ? value.map(String) : [];
}

/** The same for one that is there or not. */
export function isGiven(command: CommandUnknownOpts, key: string): boolean {
  return givenValue(command, key) === true;
}
