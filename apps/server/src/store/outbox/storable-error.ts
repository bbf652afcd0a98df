/** The characters that the column has. */
const LONGEST = 255;

/** Why something failed, as every database can hold it: one line of printable ASCII, of bounded length. */
export function storableError(text: string): string {
  return text.replaceAll(/[^ -~]+/g, " ").slice(0, LONGEST);
}
