import type { MovedTag } from "@imagetags/contract";
import type { Client } from "../client.ts";
import { NotServedError } from "../errors/refusal-errors.ts";
import type { HelperOptions } from "./helper-options.ts";
import { isNotServed } from "./not-served.ts";
import { toRefusedError } from "./refusal.ts";

/**
 * Which image is to bear a tag, and, where the caller knows it, the only one that does now; both by id.
 *
 * @example
 * const move: TagMoveOptions = { to: newer, from: older };
 */
export interface TagMoveOptions extends HelperOptions {
  readonly to: string;
  readonly from?: string | undefined;
}

/**
 * Has one image alone bear a tag, of the images of its project: it is taken from those that bear it and added there, all at
 * once, so that no list ever has two of them or none. Gives the images that it was taken from; none where `to` alone bore it
 * already. It is not sent again after a lost answer: with `from`, the second would be refused.
 *
 * @throws {NotServedError} when the server cannot move tags, as a plain Glance
 * @throws {RefusedError} when the server refuses: 404 `no-such-tag` when no image bears it, 409 `tag-not-on-source` and
 * `tag-on-others` when `from` is not the one that does, 403 for an image that the caller may not change
 *
 * @example
 * const { from } = await moveTag(client, "amphora", { to: image_id });
 * console.log(`It was on ${from.join(", ")}.`);
 */
export async function moveTag(
  client: Client,
  tag: string,
  { to, from, signal }: TagMoveOptions,
): Promise<MovedTag> {
  const reply = await client.cloudTags.move({
    params: { tag },
    body: from === undefined ? { to } : { to, from },
    fetchOptions: { signal: signal ?? null },
  });
  if (reply.status === 200) return reply.body;
  const refused = toRefusedError(reply);
  throw isNotServed(refused) ? new NotServedError("move tags") : refused;
}
