/** Text that may stand between quotes as it is, whatever the server's `sql_mode` makes of backslashes. */
const PLAIN = /^[\w .:+-]*$/;

/** Quoted names and texts, which are left as they are, and places for values. */
const PLACES = /`(?:[^`]|``)*`|'[^']*'|\?/g;

/**
 * Writes the values into the text of a statement. A value that is not plain text is written as its bytes, in
 * digits, so that none can end its place. Throws a TypeError for what is no value of a statement.
 */
export function toSqlText(sql: string, parameters: readonly unknown[]): string {
  let next = 0;
  const text = sql.replaceAll(PLACES, (found) => (found === "?" ? toLiteral(parameters[next++]) : found));
  if (next !== parameters.length) {
    throw new TypeError(`A statement with ${next} places was given ${parameters.length} values.`);
  }
  return text;
}

function toLiteral(value: unknown): string {
  if (value === null) return "NULL";
  if (typeof value === "string") return PLAIN.test(value) ? `'${value}'` : `_utf8mb4 x'${toHex(value)}'`;
  if (value instanceof Uint8Array) return `x'${Buffer.from(value).toString("hex")}'`;
  // Glance's columns hold 0 and 1 for booleans.
  if (typeof value === "boolean") return value ? "1" : "0";
  if (typeof value === "bigint" || (typeof value === "number" && Number.isSafeInteger(value))) {
    return String(value);
  }
  throw new TypeError(`A ${typeof value} is no value of a statement.`);
}

function toHex(text: string): string {
  return Buffer.from(text, "utf8").toString("hex");
}
