import { UUID } from "@imagetags/contract";
import type { Actor } from "../../../images/model/actor.ts";
import type { ImageKey, Permit } from "../../../images/model/image-store.ts";
import type { TagRules } from "../../../images/model/tag-rule.ts";
import { storableOrNull, type Dialect } from "../dialect.ts";
import type { KnownRules } from "../rules/known-rules.ts";
import type { Steps } from "../statement.ts";

/** A removal of a tag that is permitted whatever the image turns out to be, or for any image of one owner. */
export interface PreauthorizedRemoval {
  readonly imageId: string;
  readonly tag: string;
  /** The project that must own the image. `null`: the owner does not matter. */
  readonly owner: string | null;
  /**
   * The version of the rules that allow it, where there is a table for rules: under another version it is not done.
   */
  readonly rulesVersion?: string | undefined;
  /** Who removes it; `undefined`: the server itself. */
  readonly actor?: Actor | undefined;
}

/** What a batch did of a removal. `unknown`: nothing, and a transaction of its own tells why. */
export type RemovalOutcome = "removed" | "no-tag" | "unknown";

/** How a database removes one tag or several at once, all of them different. */
export interface BatchRemoval {
  /** Whether so many removals take several statements, and so a transaction. */
  readonly inTransaction: (count: number) => boolean;
  /**
   * Tells which were removed; of the others nothing is known. An image that another transaction has locked is
   * passed over, so that no removal waits for another's. `moment` is
   * the first of as many as there are removals, in microseconds since 1970.
   */
  readonly steps: (
    removals: readonly PreauthorizedRemoval[],
    moment: number,
  ) => Steps<ReadonlySet<PreauthorizedRemoval>>;
}

/** Those that rules of one version allow, of which there is one at a time. The others find out by themselves. */
export function ofOneVersion(removals: readonly PreauthorizedRemoval[]): readonly PreauthorizedRemoval[] {
  const newest = removals.at(-1)?.rulesVersion;
  return removals.filter(({ rulesVersion }) => rulesVersion === newest);
}

/** A removal as a preauthorized one; `undefined` when it is not. */
export function preauthorize(
  dialect: Dialect,
  { imageId, projectId, precondition, actor }: ImageKey,
  tag: string,
  { preauthorized }: Permit,
  known: KnownRules | undefined,
): PreauthorizedRemoval | undefined {
  // A precondition is asked of the image as it is within the transaction.
  if (preauthorized === undefined || precondition !== undefined) return undefined;
  // An id that is no UUID must match exactly, and a collation does not tell that.
  if (!UUID.test(imageId) || !dialect.canStore("image_tags.value", tag)) return undefined;
  const isAny = preauthorized === "any";
  const owner = isAny ? null : storableOrNull(dialect, "images.owner", projectId);
  if (!isAny && owner === null) return undefined;
  if (known === undefined) return { imageId, tag, owner, actor };
  const { version: rulesVersion, rules } = known;
  if (rulesVersion === undefined || rules === undefined) return undefined;
  if (actor !== undefined && !isAllowed(rules, { tag, owner, actor })) return undefined;
  return { imageId, tag, owner, actor, rulesVersion };
}

/** Whether rules allow a removal, whatever the image turns out to be. */
function isAllowed(
  rules: TagRules,
  { tag, owner, actor }: { readonly tag: string; readonly owner: string | null; readonly actor: Actor },
): boolean {
  const { roles } = actor.caller;
  const step = { verb: "remove", tag } as const;
  return owner === null
    ? rules.allowAnywhere(step, roles)
    : rules.forbidding(owner, step, roles) === undefined;
}
