import { sql as raw, type Kysely } from "kysely";
import type { Dialect } from "../dialect.ts";
import { isOneOf } from "./list-conditions.ts";
import type { TagFilter } from "../../../images/model/image-list-filter.ts";
import type { Schema } from "../schema.ts";
import { rowsOfQuery, type Steps } from "../statement.ts";

/** The most images that are all looked up. */
export const FEW = 1_000;

/** The most tags whose bearers are counted. */
const COUNTED = 8;

/** The tags that lead to the images of a list. */
export interface Lead {
  /** Each of the images bears one of them. */
  readonly tags: readonly string[];
  /** What is still to be asked of those images. */
  readonly rest: TagFilter;
  /** The number of bearers. All numbers over {@link FEW} are alike. */
  readonly bearers: number;
}

/** Finds the tag of the fewest bearers. `undefined` when the images need not bear any tag. */
export function* findLead(db: Kysely<Schema>, dialect: Dialect, tags: TagFilter): Steps<Lead | undefined> {
  const all = [...new Set(tags.all)];
  let lead: Lead | undefined;
  for (const tag of all.slice(0, COUNTED)) {
    const bearers = yield* countBearers(db, dialect, [tag]);
    if (lead === undefined || bearers < lead.bearers) {
      lead = { tags: [tag], rest: { ...tags, all: all.filter((other) => other !== tag) }, bearers };
    }
    if (bearers === 0) break;
  }
  if (lead !== undefined || tags.any.length === 0) return lead;
  return { tags: tags.any, rest: { ...tags, any: [] }, bearers: yield* countBearers(db, dialect, tags.any) };
}

/** Counts the bearers of the tags, some of them more than once, up to one over {@link FEW}. */
function* countBearers(db: Kysely<Schema>, dialect: Dialect, tags: readonly string[]): Steps<number> {
  const [counted] = yield* rowsOfQuery(
    db
      .selectFrom((bearers) =>
        bearers
          .selectFrom("image_tags")
          .select("image_tags.image_id")
          .where(isOneOf(dialect, "image_tags.value", tags))
          .where("image_tags.deleted", "=", raw.lit(false))
          .limit(raw.lit(FEW + 1))
          .as("bearers"),
      )
      .select((bearers) => bearers.fn.countAll().as("count"))
      .compile(),
  );
  return Number(counted?.count ?? 0);
}
