import fc from "fast-check";

/** Text of the characters that URLs give a meaning to. */
export function urlPunctuation(): fc.Arbitrary<string> {
  return fc.string({
    unit: fc.constantFrom(".", "/", "%", "2", "e", "E", "f", "F", "\\", "?", "#", ":", "@"),
  });
}
