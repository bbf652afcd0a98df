/**
 * Characters that would not stand still on a terminal: control characters, which begin its commands, and
 * those that break lines, change the direction of writing or cannot be seen. The joiners are left alone:
 * some scripts and emoji are not written without them.
 */
const UNSAFE = /(?![\u200C\u200D])[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu;

/** Those of them that break a line or are no text at all. */
const BREAKING = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}]/gu;

/** Text as it may be shown to a person: what is unsafe is written like `\u001b`. */
export function safeText(text: string): string {
  return text.replaceAll(UNSAFE, (character) => escapeUnits(character));
}

/** The same, but the line ends of a format stay. A format may have its own escapes. */
export function safeLines(text: string, escape: (character: string) => string = escapeUnits): string {
  return text.replaceAll(UNSAFE, (character) =>
    character === "\n" || character === "\r" ? character : escape(character),
  );
}

/** Text that is one line for a program that reads line by line, and else as it is. */
export function singleLine(text: string): string {
  return text.replaceAll(BREAKING, (character) => escapeUnits(character));
}

/** Whether something in a text would have to be escaped. */
export function isUnsafe(text: string): boolean {
  return text.search(UNSAFE) !== -1;
}

/** A character in the escapes of JSON: `\u` with four digits for each UTF-16 code unit. */
function escapeUnits(character: string): string {
  return Array.from(
    { length: character.length },
    (_, index) => `\\u${character.charCodeAt(index).toString(16).padStart(4, "0")}`,
  ).join("");
}
