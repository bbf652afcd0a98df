/** The value of an attribute of a target. */
export type TargetValue = string | number | boolean | null;

/** Stands for the value of an attribute that is not known yet. */
export const UNKNOWN = Symbol("unknown");

/** The thing that is to be seen or changed, as rules see it. */
export interface PolicyTarget {
  /**
   * The value of an attribute by its name in rules, and `null` when it has none. `undefined` when the target
   * has no such attribute. {@link UNKNOWN} when that is not known yet.
   */
  attribute(name: string): TargetValue | undefined | typeof UNKNOWN;
}

/** An image of which nothing is known. What a rule says of it holds for every image. */
export const ANY_IMAGE: PolicyTarget = { attribute: () => UNKNOWN };

/** An image of a project, of which nothing else is known. Its owner is none of its members. */
export function imageOwnedBy(projectId: string): PolicyTarget {
  return {
    attribute(name) {
      if (name === "owner" || name === "project_id") return projectId;
      return name === "member" || name === "member_id" ? null : UNKNOWN;
    },
  };
}

/**
 * The attributes that the default rules ask for. A store has them at hand, and must read the whole image for
 * any other.
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

/** The attributes of an image that are no single text. A rule that compares with one never holds. */
export const INCOMPARABLE_ATTRIBUTES: ReadonlySet<string> = new Set([
  "tags",
  "locations",
  "extra_properties",
  "created_at",
  "updated_at",
]);
