import fc from "fast-check";

/** Characters that formats and terminals stumble over. */
const ODD = [
  ..." \t\n\r\"',;:#&*!|>%@`[]{}\\/~-?=.",
  "\u0000",
  "\u001B",
  "\u007F",
  "\u009B",
  "\u00AD",
  "\u0085",
  "\u2028",
  "\u202E",
  "\uFEFF",
  "é",
  "e\u0301",
  "日",
  "👩‍👩‍👧",
  "\u{E0041}",
];

/** Tags as a cloud may have them: well-formed text of any kind, and what looks like something else. */
export const oddText = fc.oneof(
  fc.string({ unit: "binary", maxLength: 40 }),
  fc.string({ unit: fc.constantFrom(...ODD), maxLength: 12 }),
  fc.constantFrom(
    "",
    "yes",
    "no",
    "on",
    "~",
    "null",
    "1e3",
    "0x1f",
    "12:30",
    "2026-01-01",
    "- a",
    "a: b",
    "<<",
    "=",
  ),
);
