import stringWidth from "string-width";

const PLAIN = /^[\x20-\x7e]*$/;

/** How many columns a text takes on a terminal: East Asian characters and most emoji take two. */
export function textWidth(text: string): number {
  // Unicode's tables take 20 milliseconds to load, and most texts do without.
  return PLAIN.test(text) ? text.length : stringWidth(text);
}

/** What a reader sees as characters, some of which are several code points. */
export function graphemesOf(text: string): string[] {
  if (PLAIN.test(text)) return text.split("");
  return Array.from(new Intl.Segmenter().segment(text), ({ segment }) => segment);
}
