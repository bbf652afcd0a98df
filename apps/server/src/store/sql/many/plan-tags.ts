import { collidingTag, protectedTag, refuseTagCount } from "../../../images/model/image-error.ts";
import type { ImageRecord } from "../../../images/model/image-record.ts";
import type { ManyTagsChange, PlannedExchange } from "../../../images/model/tag-plan.ts";
import { fittingImages } from "../lists/list-images.ts";
import { rulesInForce } from "../rules/rules-in-force.ts";
import { rejectUnstorable } from "../reject-unstorable.ts";
import type { Steps } from "../statement.ts";
import type { Tx } from "../tx.ts";
import { findCollisions } from "./find-collisions.ts";
import { inParts } from "../in-parts.ts";

/** See {@link ImageStore.planTags}. */
export function* planTags(tx: Tx, change: ManyTagsChange): Steps<readonly PlannedExchange[]> {
  rejectUnstorable(tx.sql.dialect, { tags: change.add });
  const images = new Map<string, ImageRecord>();
  for (const ids of inParts(change.imageIds)) {
    for (const image of yield* fittingImages(tx, change.filter, ids)) images.set(image.id, image);
  }
  const owners = [...images.values()].map(({ owner }) => owner);
  const rules = yield* rulesInForce(tx, owners);
  const { roles } = change.actor.caller;
  const collisions = yield* findCollisions(tx, [...images.keys()], change);
  return change.imageIds.flatMap((id) => {
    const image = images.get(id);
    if (image === undefined) return [];
    const remove = [...change.remove].filter((tag) => image.tags.includes(tag)).toSorted();
    const add = [...change.add].filter((tag) => !image.tags.includes(tag)).toSorted();
    if (remove.length + add.length === 0) return [];
    // Of shared images a list has those of which the caller's project is a member, and its own.
    const access = { ...image, isMember: image.visibility === "shared", record: image };
    const steps = [
      ...remove.map((tag) => ({ verb: "remove", tag }) as const),
      ...add.map((tag) => ({ verb: "add", tag }) as const),
    ];
    const forbidden = () => {
      for (const step of steps) {
        const rule = rules?.forbidding(image.owner, step, roles);
        if (rule !== undefined) return protectedTag(step, rule);
      }
      return undefined;
    };
    const count = image.tags.length - remove.length + add.length;
    const collision = collisions.get(id);
    const refused =
      change.decide(access, { remove, add }) ??
      forbidden() ??
      (add.length === 0 ? undefined : refuseTagCount(count, change.quota, id)) ??
      (collision === undefined ? undefined : collidingTag(collision.tag, collision.other));
    return [{ image, remove, add, refused }];
  });
}
