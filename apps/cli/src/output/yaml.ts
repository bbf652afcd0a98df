import { Document, isScalar, Scalar, visit } from "yaml";
import type { Value } from "./row.ts";
import { isUnsafe, safeLines } from "./safe-text.ts";

/**
 * YAML that reads the same by version 1.2 and by 1.1, in which a bare `yes` is no text. What is unsafe
 * stands escaped in double quotes; bare, YAML forbids most of it.
 */
export function yamlText(value: Value): string {
  const document = new Document(value, { compat: "yaml-1.1" });
  visit(document, {
    Scalar(_, scalar) {
      if (isScalar(scalar) && typeof scalar.value === "string" && isUnsafe(scalar.value)) {
        scalar.type = Scalar.QUOTE_DOUBLE;
      }
    },
  });
  return safeLines(document.toString({ lineWidth: 0 }), escapeInYaml);
}

/** YAML has no pairs of escapes for one character, but one with eight digits. */
function escapeInYaml(character: string): string {
  const point = (character.codePointAt(0) ?? 0).toString(16);
  return point.length > 4 ? `\\U${point.padStart(8, "0")}` : `\\u${point.padStart(4, "0")}`;
}
