import {
  NoTagPlansError,
  planTags,
  type Client,
  type Image,
  type TagAction,
  type TagPlans,
} from "@imagetags/client";
import type { Change } from "../tags/change-tag.ts";

/** A change that is to be made, with the name of its image for people. */
export interface PlannedChange extends Change {
  readonly imageName: string;
}

/** An image that may not be changed, and why, in the server's words. */
export interface RefusedImage {
  readonly imageId: string;
  readonly imageName: string;
  readonly reason: string;
}

/** What would be done to which image, and what may not be. */
export interface Plan {
  readonly changes: readonly PlannedChange[];
  readonly refused: readonly RefusedImage[];
  /** How many images are as they are to be. */
  readonly unchanged: number;
  /**
   * By what the server carries it out, part by part. `undefined` of one that plans nothing, as a plain Glance: there each
   * change is made by itself, and what may not be changed turns out then.
   */
  readonly parts: readonly TagPlans[] | undefined;
}

/** What is to become of each of these images. */
interface Wish {
  readonly images: Iterable<Image> | AsyncIterable<Image>;
  readonly action: TagAction;
  readonly tags: readonly string[];
}

/**
 * How many images are planned for, and changed, together: a list of ids has room for no more than 128, and who stops the work
 * does not wait long.
 */
const TOGETHER = 100;

/**
 * Asks the server what a wish would do; `onProgress` is told how many images were looked at.
 *
 * @throws {RefusedError} when the server refuses
 */
export async function planChanges(
  client: Client,
  { images, action, tags }: Wish,
  signal: AbortSignal,
  onProgress: (images: number) => void,
): Promise<Plan> {
  const found: Image[] = [];
  for await (const image of images) {
    found.push(image);
    if (found.length % TOGETHER === 0) onProgress(found.length);
  }
  const parts: TagPlans[] = [];
  try {
    for (let at = 0; at < found.length; at += TOGETHER) {
      const id = `in:${found
        .slice(at, at + TOGETHER)
        .map((image) => image.id)
        .join(",")}`;
      const wanted = action === "added" ? { add: tags } : { remove: tags };
      // The images are chosen: whose they are and who sees them makes no difference any more.
      parts.push(await planTags(client, { ...wanted, where: { id, visibility: "all" } }, { signal }));
      onProgress(Math.min(at + TOGETHER, found.length));
    }
  } catch (error) {
    if (error instanceof NoTagPlansError) return plannedHere(found, action, tags);
    throw error;
  }
  const planned = parts.flatMap((each) => each.parts.flatMap((part) => part.images));
  return {
    changes: planned.filter(({ refused }) => refused === undefined).flatMap(changesOf),
    refused: planned.flatMap(({ id, name, refused }) =>
      refused === undefined ? [] : [{ imageId: id, imageName: name ?? "", reason: refused.message }],
    ),
    unchanged: found.length - planned.length,
    parts,
  };
}

/** The changes of an image of a server's plan. */
export function changesOf({
  id: imageId,
  name,
  remove,
  add,
}: {
  readonly id: string;
  readonly name: string | null;
  readonly remove: readonly string[];
  readonly add: readonly string[];
}): readonly PlannedChange[] {
  const change = { imageId, imageName: name ?? "" };
  return [
    ...remove.map((tag) => ({ ...change, tag, action: "removed" as const })),
    ...add.map((tag) => ({ ...change, tag, action: "added" as const })),
  ];
}

/** What a wish would do, by the tags that the images were listed with. */
function plannedHere(images: readonly Image[], action: TagAction, tags: readonly string[]): Plan {
  const planned = images.map(({ id, name, tags: borne }) => {
    const wanted = tags.filter((tag) => borne.includes(tag) === (action === "removed"));
    const none: readonly string[] = [];
    return changesOf({
      id,
      name: name ?? null,
      remove: action === "removed" ? wanted : none,
      add: action === "added" ? wanted : none,
    });
  });
  return {
    changes: planned.flat(),
    refused: [],
    unchanged: planned.filter((changes) => changes.length === 0).length,
    parts: undefined,
  };
}
