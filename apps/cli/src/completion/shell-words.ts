/** A line that is typed in a POSIX shell, as far as the cursor. */
export interface TypedLine {
  /** The words as the command would get them; the last is the one at the cursor, and may be empty. */
  readonly words: readonly string[];
  /** How the word at the cursor stands in the line. */
  readonly current: TypedWord;
}

/** The word at the cursor. */
export interface TypedWord {
  /** As it was typed, quotes and backslashes included. */
  readonly raw: string;
  /** The quote that is still open. */
  readonly openQuote: '"' | "'" | "";
  /** Where in `raw` that quote stands, or -1. */
  readonly quoteAt: number;
}

/** Splits a line into words by the quoting of POSIX shells (POSIX 2.2); nothing in it is expanded. */
export function splitLine(line: string): TypedLine {
  const words: string[] = [];
  let word: string | undefined;
  let start = 0;
  let openQuote: TypedWord["openQuote"] = "";
  let quoteAt = -1;
  for (let at = 0; at < line.length; at += 1) {
    const character = line.charAt(at);
    if (openQuote === "" && /\s/.test(character)) {
      if (word !== undefined) words.push(word);
      word = undefined;
      start = at + 1;
      continue;
    }
    if (word === undefined) start = at;
    word ??= "";
    if (openQuote === "" && (character === '"' || character === "'")) {
      openQuote = character;
      quoteAt = at - start;
    } else if (character === openQuote) {
      openQuote = "";
      quoteAt = -1;
    } else if (character === "\\" && openQuote !== "'") {
      const next = line.charAt(at + 1);
      // A backslash within double quotes escapes only these.
      if (openQuote === "" || '"$`\\'.includes(next)) {
        word += next;
        at += 1;
      } else {
        word += character;
      }
    } else {
      word += character;
    }
  }
  words.push(word ?? "");
  return { words, current: { raw: word === undefined ? "" : line.slice(start), openQuote, quoteAt } };
}

/**
 * What bash is to put in the place of the part of the word that it completes, so that the word becomes
 * `candidate`: bash itself neither quotes it nor knows where the word begins, because it starts a new one at
 * every character of `COMP_WORDBREAKS`. `undefined` where the word was typed in a way that leaves no place.
 */
export function bashReplacement(
  candidate: string,
  { raw, openQuote, quoteAt }: TypedWord,
  wordBreaks: string,
): string | undefined {
  if (openQuote === "'") return quoteAt === 0 && !candidate.includes("'") ? candidate : undefined;
  if (openQuote === '"') return quoteAt === 0 ? candidate.replaceAll(/["$`\\]/g, "\\$&") : undefined;
  if (/["']/.test(raw)) return undefined;
  const quoted = quotedForShell(candidate);
  const breakAt = lastBreak(raw, wordBreaks);
  // The part before the break stays as it was typed, so it must be spelled as here.
  if (!quoted.startsWith(raw.slice(0, breakAt))) return undefined;
  return quoted.slice(breakAt);
}

/** A word as it can be typed without quotes. */
export function quotedForShell(word: string): string {
  return word.replaceAll(/[^\p{L}\p{N}_./:=@%+,^-]/gu, "\\$&");
}

/** The place after the last character at which bash breaks the word, 0 without one. */
function lastBreak(raw: string, wordBreaks: string): number {
  for (let at = raw.length - 1; at >= 0; at -= 1) {
    if (wordBreaks.includes(raw.charAt(at)) && raw.charAt(at - 1) !== "\\") return at + 1;
  }
  return 0;
}
