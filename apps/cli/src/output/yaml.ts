import { Document, isScalar, Scalar, visit } from "yaml";
import type { Value } from "./row.ts";
import { isUnsafe, safeLines } from "./safe-text.ts";

/**
 * YAML that reads the same by version 1.2 and by 1.1, where a bare `yes` is a boolean. Unsafe characters are escaped
 * in double quotes: YAML forbids most of them elsewhere.
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

/** An escape of YAML is one code point: `\U` with eight digits beyond U+FFFF, never a surrogate pair. */
function escapeInYaml(character: string): string {
  const point = (character.codePointAt(0) ?? 0).toString(16);
  return point.length > 4 ? `\\U${point.padStart(8, "0")}` : `\\u${point.padStart(4, "0")}`;
}
