import type { DatabaseKind } from "./database-kind.ts";

/** Whether a database of this kind takes two different tags of the tests for equal. */
export function collide({ folds }: Pick<DatabaseKind, "folds">, one: string, other: string): boolean {
  return folds && one !== other && folded(one) === folded(other);
}

/** Those of tags that may stand on one image together: of equal ones the first. */
export function withoutCollisions(kind: Pick<DatabaseKind, "folds">, tags: readonly string[]): string[] {
  return tags.filter((tag, index) => !tags.slice(0, index).some((other) => collide(kind, tag, other)));
}

/** As utf8mb3_general_ci has it: letters by their base, whatever their case, without spaces at the end. */
function folded(text: string): string {
  return [...text.replace(/ +$/, "")]
    .map((letter) => letter.normalize("NFD").charAt(0))
    .join("")
    .toLowerCase();
}
