/** A part of a text as it is shown: text that shows itself, or what would not, by a mark. */
export type Segment =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "mark"; readonly mark: string; readonly codes: string };

/** The names that Unicode gives to what cannot be seen. Source: Unicode Character Database, NameAliases. */
const ABBREVIATIONS: ReadonlyMap<string, string> = new Map([
  ["\t", "TAB"],
  ["\n", "LF"],
  ["\r", "CR"],
  ["\u00A0", "NBSP"],
  ["\u00AD", "SHY"],
  ["\u061C", "ALM"],
  ["\u200B", "ZWSP"],
  ["\u200C", "ZWNJ"],
  ["\u200D", "ZWJ"],
  ["\u200E", "LRM"],
  ["\u200F", "RLM"],
  ["\u202A", "LRE"],
  ["\u202B", "RLE"],
  ["\u202C", "PDF"],
  ["\u202D", "LRO"],
  ["\u202E", "RLO"],
  ["\u202F", "NNBSP"],
  ["\u2060", "WJ"],
  ["\u2066", "LRI"],
  ["\u2067", "RLI"],
  ["\u2068", "FSI"],
  ["\u2069", "PDI"],
  ["\uFEFF", "BOM"],
]);

/** Most texts: words of ASCII with one space between. */
const PLAIN = /^[!-~]+(?: [!-~]+)*$/;
/** The joiners stay: some scripts and emoji are not written without them. */
const UNSEEN = /(?![ \u200C\u200D])[\p{Cc}\p{Cf}\p{Cs}\p{Zs}\p{Zl}\p{Zp}\p{Cn}\p{Co}]/u;
/** A joiner between plain letters joins nothing that could be seen. */
const LONE_JOINER =
  /^[\u200C\u200D]|[\u200C\u200D]$|(?<=[\p{ASCII}])[\u200C\u200D]|[\u200C\u200D](?=[\p{ASCII}])/u;
const EDGE_SPACE = /^ +| +$| {2,}/;
const DECOMPOSED = /\P{M}\p{M}+/u;
const EACH = new RegExp(
  [EDGE_SPACE, LONE_JOINER, UNSEEN, DECOMPOSED].map(({ source }) => `(?:${source})`).join("|"),
  "gu",
);

/**
 * A text in parts by which two that differ look different: white space at its ends or in a row, characters that cannot be
 * seen or change the direction of writing, and letters that are written in two characters where one would do.
 */
export function exactSegments(text: string): readonly Segment[] {
  if (PLAIN.test(text)) return [{ kind: "text", text }];
  const segments: Segment[] = [];
  let done = 0;
  const show = (until: number) => {
    if (until > done) segments.push({ kind: "text", text: text.slice(done, until) });
  };
  for (const { 0: found, index } of text.matchAll(EACH)) {
    if (DECOMPOSED.test(found)) {
      if (found.normalize("NFC") === found) continue;
      show(index + found.length);
      const marks = Array.from(found.normalize("NFD")).slice(1);
      segments.push({
        kind: "mark",
        mark: marks.map((each) => `+${hex(each)}`).join(""),
        codes: codesOf(found),
      });
    } else {
      show(index);
      segments.push(markOf(found));
    }
    done = index + found.length;
  }
  show(text.length);
  return segments;
}

function markOf(found: string): Segment {
  const codes = codesOf(found);
  if (found.startsWith(" "))
    return { kind: "mark", mark: found.length === 1 ? "SP" : `SP×${found.length}`, codes };
  return { kind: "mark", mark: ABBREVIATIONS.get(found) ?? codes, codes };
}

function codesOf(text: string): string {
  return Array.from(text, (character) => `U+${hex(character)}`).join(" ");
}

function hex(character: string): string {
  return (character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0");
}
