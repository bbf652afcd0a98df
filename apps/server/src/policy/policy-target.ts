/** The value of an attribute of a target. */
export type TargetValue = string | number | boolean | null;

/** Stands for the value of an attribute that is not known yet. */
export const UNKNOWN = Symbol("unknown");

/** What a rule looks at: the thing that is to be seen or changed. */
export interface PolicyTarget {
  /**
   * The value of an attribute by the name it has in rules, `null` when it has none; `undefined` when the
   * target has no such attribute, {@link UNKNOWN} when that is not known yet.
   */
  attribute(name: string): TargetValue | undefined | typeof UNKNOWN;
}

/** An image of which nothing is known: what a rule says of it, it says of every image. */
export const ANY_IMAGE: PolicyTarget = { attribute: () => UNKNOWN };

/** An image of a project of which nothing else is known. Its owner is none of its members. */
export function imageOwnedBy(projectId: string): PolicyTarget {
  return {
    attribute(name) {
      if (name === "owner" || name === "project_id") return projectId;
      return name === "member" || name === "member_id" ? null : UNKNOWN;
    },
  };
}

/**
 * The attributes that decide about access to an image in the rules' defaults. A store has them at hand; a
 * rule that asks for another one costs it the reading of the whole image.
 */
export const ACCESS_ATTRIBUTES: ReadonlySet<string> = new Set([
  "id",
  "image_id",
  "owner",
  "project_id",
  "visibility",
  "member",
  "member_id",
  "protected",
]);

/** What an image has that is no single text: a rule that compares with one of these never holds. */
export const INCOMPARABLE_ATTRIBUTES: ReadonlySet<string> = new Set([
  "tags",
  "locations",
  "extra_properties",
  "created_at",
  "updated_at",
]);
