import { images, moveTag, type Client, type Image } from "@imagetags/client";

/** Which image is to have a tag alone, of those of its project, and which lose it. */
export interface MovePlan {
  readonly tag: string;
  readonly to: Image;
  readonly from: readonly Image[];
}

/**
 * Looks which images of the project bear a tag that is to be moved to one of them.
 *
 * @throws {RefusedError} when the server refuses the list
 */
export async function planMove(
  client: Client,
  tag: string,
  to: Image,
  signal: AbortSignal,
): Promise<MovePlan> {
  const from: Image[] = [];
  const { owner } = to;
  const bearers = { tag: [tag], visibility: "all" as const, ...(typeof owner === "string" && { owner }) };
  for await (const image of images(client, bearers, { signal })) if (image.id !== to.id) from.push(image);
  return { tag, to, from };
}

/**
 * Moves the tag, all at once. Where one image alone bore it, that is a condition: what somebody else moved meanwhile is
 * refused.
 *
 * @throws {NotServedError} when the server cannot, as a plain Glance
 * @throws {RefusedError} when the server refuses
 */
export async function carryOutMove(client: Client, { tag, to, from }: MovePlan): Promise<void> {
  const [only] = from;
  const isSure = from.length === 1 && !to.tags.includes(tag);
  await moveTag(client, tag, { to: to.id, from: isSure ? only?.id : undefined });
}
