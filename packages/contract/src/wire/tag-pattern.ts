import { codePoints } from "./tag.ts";

/** The longest pattern, in code points, as it is written. */
export const MAX_PATTERN_LENGTH = 255;

const WORD = 32;
const CONTROL_CHARACTER = /\p{Cc}/u;

/** What one place of a pattern takes: one character, or any. */
type Place = { readonly character: string } | "any";

interface Parsed {
  readonly places: readonly Place[];
  /** Before which places any text may stand; as many as there are places stands for the end. */
  readonly stars: ReadonlySet<number>;
}

/**
 * What is wrong with a pattern of tags, in words for its writer, or `undefined` when nothing is. In a pattern `*` stands for any
 * text, also none, and `?` for one character; `\*`, `\?` and `\\` stand for these characters themselves, and all else for
 * itself.
 */
export function patternProblem(pattern: string): string | undefined {
  if (pattern === "") return "A pattern must not be empty; * stands for every tag.";
  const length = codePoints(pattern);
  if (length > MAX_PATTERN_LENGTH) {
    return `A pattern has at most ${MAX_PATTERN_LENGTH} characters, this one has ${length}.`;
  }
  if (!pattern.isWellFormed()) return "A pattern must be well-formed Unicode, this one has a lone surrogate.";
  if (CONTROL_CHARACTER.test(pattern)) return "A pattern must not contain control characters.";
  return parse(pattern) === undefined
    ? "In a pattern a backslash stands before *, ? or another backslash, and nowhere else."
    : undefined;
}

/**
 * Makes of a pattern the question whether a tag fits it: the whole tag, compared by its code points. It takes at most eight
 * steps for each character of the tag, whatever the pattern is. A pattern with a problem fits no tag.
 */
export function patternMatcher(pattern: string): (tag: string) => boolean {
  const parsed = patternProblem(pattern) === undefined ? parse(pattern) : undefined;
  if (parsed === undefined) return () => false;
  const { places, stars } = parsed;
  const firstOpen = places.findIndex((place, index) => place === "any" || stars.has(index));
  const beginning = (firstOpen < 0 ? places : places.slice(0, firstOpen))
    .map((place) => (place === "any" ? "" : place.character))
    .join("");
  if (firstOpen < 0 && stars.size === 0) return (tag) => tag === beginning;
  const fits = automaton(parsed);
  // Most tags differ from most patterns at the beginning.
  return (tag) => tag.startsWith(beginning) && fits(tag);
}

/**
 * All ways to read the tag by the pattern are followed at once: a bit for each place says whether what was read so far may end
 * before it. Source: R. Baeza-Yates and G. Gonnet, "A New Approach to Text Searching", 1992.
 */
function automaton({ places, stars }: Parsed): (tag: string) => boolean {
  const words = Math.floor(places.length / WORD) + 1;
  const bits = (has: (place: number) => boolean): Uint32Array => {
    const set = new Uint32Array(words);
    for (let place = 0; place <= places.length; place += 1) {
      if (has(place)) set[Math.floor(place / WORD)] = (set[Math.floor(place / WORD)] ?? 0) | bitOf(place);
    }
    return set;
  };
  const stay = bits((place) => stars.has(place));
  const others = bits((place) => places[place] === "any");
  const taking = new Map<string, Uint32Array>();
  for (const place of places) {
    if (place === "any" || taking.has(place.character)) continue;
    taking.set(
      place.character,
      bits((at) => {
        const its = places[at];
        return its === "any" || its?.character === place.character;
      }),
    );
  }
  const [lastWord, lastBit] = [words - 1, bitOf(places.length)];
  return (tag) => {
    const reached = new Uint32Array(words);
    reached[0] = 1;
    for (const character of tag) {
      const take = taking.get(character) ?? others;
      let carried = 0;
      for (let word = 0; word < words; word += 1) {
        const before = reached[word] ?? 0;
        const moved = before & (take[word] ?? 0);
        reached[word] = (moved << 1) | carried | (before & (stay[word] ?? 0));
        carried = moved >>> (WORD - 1);
      }
    }
    return ((reached[lastWord] ?? 0) & lastBit) !== 0;
  };
}

function bitOf(place: number): number {
  return 1 << (place % WORD);
}

/** Reads a pattern; `undefined` where a backslash stands before what needs none. */
function parse(pattern: string): Parsed | undefined {
  const places: Place[] = [];
  const stars = new Set<number>();
  let isEscaped = false;
  for (const character of pattern) {
    if (isEscaped) {
      if (!"*?\\".includes(character)) return undefined;
      places.push({ character });
      isEscaped = false;
    } else if (character === "\\") isEscaped = true;
    else if (character === "*") stars.add(places.length);
    else places.push(character === "?" ? "any" : { character });
  }
  return isEscaped ? undefined : { places, stars };
}
