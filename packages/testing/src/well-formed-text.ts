import fc from "fast-check";

// `unit: "binary"` says the same and takes a second to set up.
const codePoint = fc
  .oneof(
    fc.integer({ min: 0, max: 0xff }),
    fc.integer({ min: 0, max: 0xd7ff }),
    fc.integer({ min: 0xe000, max: 0x10ffff }),
  )
  .map((code) => String.fromCodePoint(code));

/** Any well-formed Unicode text, with control characters and unassigned code points. */
export function wellFormedText(limits: { maxLength?: number } = {}): fc.Arbitrary<string> {
  return fc.string({ unit: codePoint, ...limits });
}
