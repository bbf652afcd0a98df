/** What a program is handed, as JSON has it. */
export type Value =
  | string
  | number
  | boolean
  | null
  | readonly Value[]
  | { readonly [name: string]: Value };

/** One line of a result: its values by the names of the columns, in their order. */
export type Row = Readonly<Record<string, Value>>;

/** A value in formats that know text only: nothing for `null`, and JSON for a list. */
export function plainText(value: Value | undefined): string {
  if (value === undefined || value === null) return "";
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}

/** A value as a person reads it: a list without brackets, and quotes where one could misread it. */
export function readableText(value: Value | undefined): string {
  if (!Array.isArray(value)) return plainText(value);
  const items: readonly Value[] = value;
  return items.map((item) => withClearEnds(plainText(item))).join(", ");
}

function withClearEnds(text: string): string {
  const isClear = text !== "" && text.trim() === text && !text.includes(", ") && !text.startsWith('"');
  return isClear ? text : JSON.stringify(text);
}
