/** What a program is handed, as JSON has it. */
export type Value = string | number | boolean | null | readonly Value[] | { readonly [name: string]: Value };

/** One line of a result: its values by the names of the columns, in their order. */
export type Row = Readonly<Record<string, Value>>;

/** A value in formats that know text only: nothing for `null`, and JSON for a list. */
export function plainText(value: Value | undefined): string {
  if (value === undefined || value === null) return "";
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}

/** What one could misread: spaces at an end cannot be seen, and a quote would seem to be one of ours. */
const UNCLEAR = /^["\s]|\s$/;
const UNCLEAR_IN_LIST = /^$|, |^["\s]|\s$/;

/** A value as a person reads it: a list without brackets, and quotes around what could be misread. */
export function readableText(value: Value | undefined): string {
  if (!Array.isArray(value)) return quotedIf(UNCLEAR, plainText(value));
  const items: readonly Value[] = value;
  return items.map((item) => quotedIf(UNCLEAR_IN_LIST, plainText(item))).join(", ");
}

function quotedIf(unclear: RegExp, text: string): string {
  return unclear.test(text) ? JSON.stringify(text) : text;
}
