import type { Dialect, TextColumn } from "../sql/dialect.ts";
import { quoteTag, type Finding } from "./finding.ts";

const COLUMNS: readonly TextColumn[] = [
  "image_tags.value",
  "images.name",
  "image_properties.name",
  "image_properties.value",
];

/** Characters of three bytes in UTF-8 and of two. Glance's own columns hold none of four. */
const SAMPLES = ["日", "é"];

/** Finds the columns of a character set from before UTF-8. */
export function findNarrowColumns(dialect: Dialect): Finding {
  const narrow = COLUMNS.map((column) => ({
    column,
    lacks: SAMPLES.filter((sample) => !dialect.canStore(column, sample)),
  })).filter(({ lacks }) => lacks.length > 0);
  return {
    code: "narrow-column",
    meaning:
      "Columns have a character set from before UTF-8. A text with other characters is refused with 400 there, and a " +
      "tag with them is found on no image. Convert the tables to utf8mb3, or to utf8mb4 where Glance allows it.",
    count: narrow.length,
    examples: narrow.map(({ column, lacks }) => `${column} cannot hold ${lacks.map(quoteTag).join(" and ")}`),
  };
}
