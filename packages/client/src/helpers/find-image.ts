import type { Image } from "@imagetags/contract";
import { allPages } from "./all-pages.ts";
import type { Client } from "../client.ts";
import type { HelperOptions } from "./helper-options.ts";
import { AmbiguousImageError, ImageNotFoundError } from "../errors/refusal-errors.ts";
import { isImageMissing, toRefusedError } from "./refusal.ts";

/**
 * The image of an id, or else the one image of a name, hidden ones included. Names are compared exactly, also where the
 * server's filter is not exact.
 *
 * @throws {ImageNotFoundError} when there is none
 * @throws {AmbiguousImageError} when several images have the name
 * @throws {RefusedError} when the server refuses
 * @throws {EndlessListError} when the server names empty pages without end
 * @throws {ImageTagsError} as every call may
 *
 * @example
 * const { id } = await findImage(client, "debian-13");
 * await removeTag(client, id, "miracle");
 */
export async function findImage(
  client: Client,
  idOrName: string,
  { signal }: HelperOptions = {},
): Promise<Image> {
  if (canBeAnId(idOrName)) {
    const fetchOptions = { signal: signal ?? null };
    const reply = await client.images.show({ params: { image_id: idOrName }, fetchOptions });
    if (reply.status === 200) return reply.body;
    const refused = toRefusedError(reply);
    // Some servers answer 400 to what is no UUID.
    if (!isImageMissing(refused) && refused.status !== 400) throw refused;
  }
  const named: Image[] = [];
  for await (const page of allPages(client, { name: nameFilter(idOrName) }, signal)) {
    named.push(...page.filter(({ name }) => name === idOrName));
  }
  const [image] = named;
  if (image === undefined) throw new ImageNotFoundError(idOrName);
  if (named.length > 1) throw new AmbiguousImageError(idOrName, named);
  return image;
}

/** Glance's ids have up to 36 characters. What a URL cannot carry can still be a name. */
function canBeAnId(text: string): boolean {
  return text !== "" && text !== "." && text !== ".." && text.length <= 36 && !text.includes("/");
}

/** A colon in a value parts an operator from it. Source: Glance, glance/common/utils.py, `split_filter_op`. */
function nameFilter(name: string): string {
  return name.includes(":") ? `eq:${name}` : name;
}
