import { plainText, type Value } from "./row.ts";

/** A record of RFC 4180 with its line end. Empty text stands in quotes; `null` is nothing at all. */
export function csvRecord(values: readonly (Value | undefined)[]): string {
  return `${values.map((value) => (value === null ? "" : csvField(plainText(value)))).join(",")}\r\n`;
}

function csvField(text: string): string {
  return text === "" || /[",\r\n]|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
