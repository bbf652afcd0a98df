const PLAIN = /^[\x20-\x7e]*$/;

/** How many columns a text takes on a terminal. */
export type TextWidth = (text: string) => number;

/**
 * A function that measures these texts and their parts. East Asian characters and most emoji take two columns. The
 * tables of Unicode take a while to load, so plain ASCII is measured without them.
 */
export async function textWidthFor(texts: readonly string[]): Promise<TextWidth> {
  if (texts.every((text) => PLAIN.test(text))) return (text) => text.length;
  const { default: stringWidth } = await import("string-width");
  return (text) => (PLAIN.test(text) ? text.length : stringWidth(text));
}

/** What a reader sees as characters, some of which are several code points. */
export function graphemesOf(text: string): string[] {
  if (PLAIN.test(text)) return text.split("");
  return Array.from(new Intl.Segmenter().segment(text), ({ segment }) => segment);
}
