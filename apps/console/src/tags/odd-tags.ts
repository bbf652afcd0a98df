/** Why a tag may not be what its writer meant. */
export type Oddity =
  /** White space at an end. */
  | { readonly kind: "white-space" }
  /** UTF-8 that was read as Latin-1 or Windows-1252; `meant` is what it was. */
  | { readonly kind: "mojibake"; readonly meant: string }
  /** Others differ from it by case, accents or white space alone. */
  | { readonly kind: "near"; readonly others: readonly string[] };

/** What is odd about each of these tags; those about which nothing is have no entry. */
export function oddTags(tags: readonly string[]): ReadonlyMap<string, readonly Oddity[]> {
  const alike = Map.groupBy(tags, folded);
  const odd = new Map<string, readonly Oddity[]>();
  for (const tag of tags) {
    const found: Oddity[] = [];
    if (tag !== tag.trim()) found.push({ kind: "white-space" });
    const meant = unmisread(tag);
    if (meant !== undefined) found.push({ kind: "mojibake", meant });
    const others = (alike.get(folded(tag)) ?? []).filter((other) => other !== tag);
    if (others.length > 0) found.push({ kind: "near", others });
    if (found.length > 0) odd.set(tag, found);
  }
  return odd;
}

/** A tag without what is easily overlooked: case, accents, characters that cannot be seen, white space. */
function folded(tag: string): string {
  return tag
    .normalize("NFKD")
    .replaceAll(/[\p{M}\p{Cf}]/gu, "")
    .toLowerCase()
    .replaceAll(/\s+/gu, " ")
    .trim();
}

/** The characters of Windows-1252 that stand where Latin-1 has control characters, by their byte from 0x80. */
const WINDOWS = "€\u0081‚ƒ„…†‡ˆ‰Š‹Œ\u008DŽ\u008F\u0090‘’“”•–—˜™š›œ\u009DžŸ";

/** What a text was before its UTF-8 was read as Latin-1 or Windows-1252, or `undefined` for one that was not. */
export function unmisread(text: string): string | undefined {
  if (/^\p{ASCII}*$/u.test(text)) return undefined;
  const bytes: number[] = [];
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0;
    const windows = WINDOWS.indexOf(character);
    if (code <= 0xff) bytes.push(code);
    else if (windows !== -1) bytes.push(0x80 + windows);
    else return undefined;
  }
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(new Uint8Array(bytes));
  } catch {
    return undefined;
  }
}
