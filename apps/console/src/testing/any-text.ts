import fc from "fast-check";

const codePoint = fc.oneof(fc.nat(0x7f), fc.nat(0x10ffff)).map((code) => String.fromCodePoint(code));

/** A text of any characters at all, lone surrogates among them. */
export const anyText = fc.string({ unit: codePoint });

/** A text that can be written in UTF-8. */
export const wellFormedText = anyText.map((text) => text.toWellFormed());
