import type { ImsTag } from "@imagetags/contract";
import { imsCallsOf } from "../calls/ims-calls.ts";
import type { Client } from "../client.ts";
import { InvalidOptionError } from "../errors/errors.ts";
import type { HelperOptions } from "./helper-options.ts";
import { toRefusedError } from "./refusal.ts";

/**
 * What becomes of which tags of one image. `projectId` is the project that owns it: only its own images can be tagged there.
 *
 * @example
 * const change: ImsTagsAction = { projectId: owner, imageId: image_id, action: "delete", tags: [imsTagOf("env=prod")] };
 */
export interface ImsTagsAction {
  readonly projectId: string;
  readonly imageId: string;
  readonly action: "create" | "delete";
  /** No key stands twice. */
  readonly tags: readonly ImsTag[];
}

/**
 * Adds tags to one image of an Image Management Service, or deletes them, in one request of that service's own. It takes tags with
 * a value, such as `env=prod`, which the OpenStack paths refuse. `create` overwrites the value of a key that is there, and
 * `delete` of a tag that is not there succeeds too: nobody is told whether anything was changed.
 *
 * @throws {InvalidOptionError} when the client has not the profile `ims`
 * @throws {RefusedError} when the service refuses
 *
 * @example
 * const { key, value } = imsTagOf("env=prod");
 * await imsTagsAction(client, { projectId: owner, imageId: image_id, action: "create", tags: [{ key, value }] });
 */
export async function imsTagsAction(
  client: Client,
  { projectId, imageId, action, tags }: ImsTagsAction,
  { signal }: HelperOptions = {},
): Promise<void> {
  const ims = imsCallsOf(client);
  if (ims === undefined) {
    throw new InvalidOptionError("profile", 'must be "ims" for a call that only that service has.');
  }
  const reply = await ims.act({
    params: { project_id: projectId, image_id: imageId },
    body: { action, tags: [...tags] },
    fetchOptions: { signal: signal ?? null },
  });
  if (reply.status !== 204) throw toRefusedError(reply);
}

/**
 * The tag of an Image Management Service that the lists of its images show as this text: `env=prod` has the key `env` and the value
 * `prod`, and a text without `=` is a key without a value.
 *
 * @example
 * const { key, value } = imsTagOf("env=prod");
 */
export function imsTagOf(text: string): ImsTag {
  const at = text.indexOf("=");
  return at === -1 ? { key: text, value: "" } : { key: text.slice(0, at), value: text.slice(at + 1) };
}
