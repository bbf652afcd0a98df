const FIRST_SURROGATE = 0xd8_00;
const LAST_SURROGATE = 0xdf_ff;
const LAST = 0x10_ff_ff;

/**
 * The least text, by code points, that is greater than all which begin with a prefix, of those that can be stored; `undefined`
 * where there is none. What can be stored are all characters up to one, as of Latin-1.
 */
export function prefixEnd(prefix: string, canStore: (text: string) => boolean): string | undefined {
  const points = Array.from(prefix, (character) => character.codePointAt(0) ?? 0);
  for (let last = points.pop(); last !== undefined; last = points.pop()) {
    const next = last + 1 === FIRST_SURROGATE ? LAST_SURROGATE + 1 : last + 1;
    if (next > LAST) continue;
    const end = String.fromCodePoint(...points, next);
    if (canStore(end)) return end;
  }
  return undefined;
}
