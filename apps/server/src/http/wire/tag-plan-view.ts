import { MOST_PLANNED_IMAGES, type TagPlan, type TagPlanRequest } from "@imagetags/contract";
import type { TagPlan as Plan, TagPlanWish } from "../../images/tag-plans/carry-out.ts";
import { BadRequest } from "../bad-request.ts";
import { toImageQuery } from "./image-query/to-image-query.ts";

/** A request for a plan as the domain takes it. Throws what is wrong with a filter. */
export function toTagPlanWish({ remove = [], add = [], where, limit, marker }: TagPlanRequest): TagPlanWish {
  return {
    remove: new Set(remove),
    add: new Set(add),
    where: readWhere(where),
    limit: limit ?? MOST_PLANNED_IMAGES,
    marker,
  };
}

function readWhere(where: TagPlanRequest["where"]): TagPlanWish["where"] {
  try {
    const { tags, conditions, osHidden, visibility, memberStatus } = toImageQuery(where);
    return { tags, conditions, osHidden, visibility, memberStatus };
  } catch (error) {
    // The same filter of a list stands in its query.
    if (!(error instanceof BadRequest)) throw error;
    throw new BadRequest("invalid-body", `Invalid body.where: ${error.message}`);
  }
}

/** A plan as it is answered. */
export function toTagPlanView({ images, hash, nextMarker }: Plan, dryRun: boolean): TagPlan {
  return {
    plan: hash,
    dry_run: dryRun,
    images: images.map(({ image: { id, name }, remove, add, refused }) => ({
      id,
      name,
      remove: [...remove],
      add: [...add],
      ...(refused === undefined ? {} : { refused: { reason: refused.reason, message: refused.message } }),
    })),
    ...(nextMarker === undefined ? {} : { next: nextMarker }),
  };
}
