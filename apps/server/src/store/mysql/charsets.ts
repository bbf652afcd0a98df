import { REQUIRED_COLUMNS } from "../sql/schema.ts";

/** The character set and collation of a text column, by their names. */
export interface TextType {
  readonly charset: string;
  readonly collation: string;
}

const BASIC = /^[\0-\uffff]*$/u;
/** MariaDB's latin1 is Windows-1252, with control characters in place of the five bytes without a character. */
const WESTERN = /^[\0-\x7f\x81\x8d\x8f\x90\x9d\xa0-\xff€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ]*$/u;

/** The texts that columns can hold, by their character set. Source: MariaDB and MySQL, "Supported Character Sets". */
const REPERTOIRES: ReadonlyMap<string, RegExp> = new Map([
  ["utf8mb4", /^/],
  ["utf8mb3", BASIC],
  ["utf8", BASIC],
  ["latin1", WESTERN],
  ["ascii", /^[\0-\x7f]*$/],
]);

/** Whether a column of a character set holds a text. */
export function isHeld(charset: string, text: string): boolean {
  return text.isWellFormed() && (REPERTOIRES.get(charset)?.test(text) ?? false);
}

/** Whether a character set has its characters in the bytes of UTF-8. */
export function isUtf8(charset: string): boolean {
  return charset.startsWith("utf8");
}

/** Throws where a used column has a character set that is not served, and names both. */
export function rejectUnservedCharsets(types: ReadonlyMap<string, TextType>): void {
  for (const [table, columns] of Object.entries(REQUIRED_COLUMNS)) {
    for (const column of columns) {
      const charset = types.get(`${table}.${column}`)?.charset;
      if (charset !== undefined && !REPERTOIRES.has(charset)) {
        const served = [...REPERTOIRES.keys()].join(", ");
        throw new Error(
          `its column ${table}.${column} has the character set ${charset}; served are ${served}`,
        );
      }
    }
  }
}
