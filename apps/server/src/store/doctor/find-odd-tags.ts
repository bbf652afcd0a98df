import { sql as raw, type Kysely } from "kysely";
import type { Schema } from "../sql/schema.ts";
import { rowsOfQuery, type Steps } from "../sql/statement.ts";
import { MOST_EXAMPLES, quoteTag, type Finding, type FindingCode } from "./finding.ts";
import { isMisread, readAgain } from "./misread-text.ts";

/** The rows that are read at a time. */
const PAGE = 10_000;

const MEANINGS = {
  "misread-tag":
    "Tags look like UTF-8 that was read as Latin-1, as Glance reads a tag in a URL. Whoever looks for the tag that " +
    "was meant does not find it: add that one and remove the other.",
  "unreachable-tag":
    "Tags that a URL cannot carry, or that look like others: empty, a dot or two, or with control characters. " +
    "Replace the tags of the image by those that are wanted, with PUT /v2/images/{image_id}/tags.",
} as const satisfies Partial<Record<FindingCode, string>>;

/** Looks at each live tag by itself. */
export function* findOddTags(db: Kysely<Schema>): Steps<Finding[]> {
  const misread = new Collected("misread-tag");
  const unreachable = new Collected("unreachable-tag");
  let last = 0;
  for (;;) {
    const rows = yield* rowsOfQuery(
      db
        .selectFrom("image_tags")
        .select(["id", "image_id", "value"])
        .where("id", ">", last)
        .where("deleted", "=", raw.lit(false))
        .orderBy("id")
        .limit(PAGE)
        .compile(),
    );
    for (const { image_id: imageId, value } of rows) {
      // Many a misread character is a control character, so this question comes first.
      if (isMisread(value)) {
        misread.add(`image ${imageId}: ${quoteTag(value)}, perhaps ${quoteTag(readAgain(value))}`);
      } else if (isUnreachable(value)) unreachable.add(`image ${imageId}: ${quoteTag(value)}`);
    }
    const end = rows.at(-1);
    if (end === undefined) return [misread.toFinding(), unreachable.toFinding()];
    last = end.id;
  }
}

function isUnreachable(tag: string): boolean {
  // oxlint-disable-next-line no-control-regex -- they are what is looked for
  return ["", ".", ".."].includes(tag) || /[\u0000-\u001f\u007f-\u009f]/.test(tag);
}

class Collected {
  readonly #code: keyof typeof MEANINGS;
  readonly #examples: string[] = [];
  #count = 0;

  constructor(code: keyof typeof MEANINGS) {
    this.#code = code;
  }

  add(example: string): void {
    this.#count += 1;
    if (this.#examples.length < MOST_EXAMPLES) this.#examples.push(example);
  }

  toFinding(): Finding {
    return { code: this.#code, meaning: MEANINGS[this.#code], count: this.#count, examples: this.#examples };
  }
}
