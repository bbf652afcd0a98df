import type { Image, TagAction } from "@imagetags/client";
import type { Change } from "../tags/change-tag.ts";

/** A change that is to be made, with the name of its image for people. */
export interface PlannedChange extends Change {
  readonly imageName: string;
}

/** What would change, and how many images are as they are to be. */
export interface Plan {
  readonly changes: readonly PlannedChange[];
  readonly unchanged: number;
}

/** Plans the same for each of these images; `onProgress` is told how many were looked at. */
export async function planChanges(
  images: Iterable<Image> | AsyncIterable<Image>,
  action: TagAction,
  tags: readonly string[],
  onProgress: (images: number) => void,
): Promise<Plan> {
  const changes: PlannedChange[] = [];
  let unchanged = 0;
  let seen = 0;
  for await (const { id, name, tags: borne } of images) {
    const missing = tags.filter((tag) => borne.includes(tag) === (action === "removed"));
    if (missing.length === 0) unchanged += 1;
    changes.push(...missing.map((tag) => ({ imageId: id, imageName: name ?? "", tag, action })));
    seen += 1;
    if (seen % 100 === 0) onProgress(seen);
  }
  onProgress(seen);
  return { changes, unchanged };
}
