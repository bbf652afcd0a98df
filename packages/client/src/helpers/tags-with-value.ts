import type { Image } from "@imagetags/contract";
import { imsCallsOf } from "../calls/ims-calls.ts";
import type { Client } from "../client.ts";
import {
  ImageNotFoundError,
  RefusedError,
  TagKeyTakenError,
  TagUnreachableError,
} from "../errors/refusal-errors.ts";
import type { HelperOptions } from "./helper-options.ts";
import { imsTagOf, imsTagsAction } from "./ims-tags-action.ts";
import { isNotServed } from "./not-served.ts";
import { isImageMissing, toRefusedError } from "./refusal.ts";

/** A change of a tag that the server refused. */
interface RefusedChange extends HelperOptions {
  readonly imageId: string;
  readonly tag: string;
  readonly refused: RefusedError;
}

/** Whether an Image Management Service refused a tag because it has a value, for which it has a call of its own. */
export function isRefusedForValue(client: Client, tag: string, { reason }: RefusedError): boolean {
  return reason === "invalid-tag" && tag.indexOf("=") > 0 && imsCallsOf(client) !== undefined;
}

/**
 * Removes a tag with a value by the call for it, which does not tell whether it was there: the image is read before and after.
 * Throws the refusal where the server does not have that call.
 */
export async function removeTagWithValue(
  client: Client,
  change: RefusedChange,
): Promise<"removed" | "alreadyAbsent"> {
  const { imageId, tag } = change;
  const image = await shownImage(client, change);
  if (!image.tags.includes(tag)) return "alreadyAbsent";
  await act(client, image, change, "delete");
  if ((await shownImage(client, change)).tags.includes(tag)) throw new TagUnreachableError(imageId, tag);
  return "removed";
}

/** Adds a tag with a value by the call for it, unless it would take the place of another of the same key. */
export async function addTagWithValue(client: Client, change: RefusedChange): Promise<void> {
  const { imageId, tag } = change;
  const { key } = imsTagOf(tag);
  const image = await shownImage(client, change);
  const borne = image.tags.find((other) => imsTagOf(other).key === key);
  if (borne === tag) return;
  if (borne !== undefined) throw new TagKeyTakenError(imageId, tag, borne);
  await act(client, image, change, "create");
}

async function act(
  client: Client,
  { id, owner }: Image,
  { tag, refused, signal }: RefusedChange,
  action: "create" | "delete",
): Promise<void> {
  if (typeof owner !== "string") throw refused;
  const change = { projectId: owner, imageId: id, action, tags: [imsTagOf(tag)] };
  try {
    await imsTagsAction(client, change, { signal });
  } catch (error) {
    throw error instanceof RefusedError && isNotServed(error) ? refused : error;
  }
}

async function shownImage(client: Client, { imageId, signal }: RefusedChange): Promise<Image> {
  const reply = await client.images.show({
    params: { image_id: imageId },
    fetchOptions: { signal: signal ?? null },
  });
  if (reply.status === 200) return reply.body;
  const refused = toRefusedError(reply);
  throw isImageMissing(refused) ? new ImageNotFoundError(imageId) : refused;
}
