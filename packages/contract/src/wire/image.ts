import { z } from "zod";
import { VISIBILITIES } from "../glance-schemas/image-words.ts";
import { FURTHER_PROPERTIES } from "./image-property.ts";
import { boundedList, MAX_LIST_ITEMS, MAX_PATCH_OPERATIONS } from "./bounds.ts";

/** A field that only some servers send, or only for some images: absent, or `null` without a value. */
const text = z.string().nullable().optional();
const bytes = z.int().nullable().optional();

/**
 * An image as any Image API shows and lists it: Glance since 2.0, the Image Management Service, and this project's
 * server. What all of them send is there, what only some send may be absent, and what is not listed here is kept:
 * properties that an operator or user added stand beside the fields.
 *
 * Glance left out what was `null` until 2015, has `virtual_size` since 2.2 and `os_hidden`, `os_hash_algo` and
 * `os_hash_value` since 2.7; the Image Management Service has none of these three, and answers a creation without
 * `size`, `virtual_size` and `checksum`. Either may know statuses and visibilities that this project's server does not.
 *
 * Sizes are bytes, `min_disk` is GB, `min_ram` is MB, times are `YYYY-MM-DDTHH:MM:SSZ`.
 * Sources: Glance api-ref, "Show image"; Image Management Service, "Querying Image Details (Native OpenStack API)" and
 * "Creating Image Metadata (Native OpenStack API)".
 */
export const image = z
  .looseObject({
    id: z.string(),
    name: text,
    status: z.string(),
    visibility: z.string(),
    protected: z.boolean(),
    os_hidden: z.boolean().optional(),
    checksum: text,
    os_hash_algo: text,
    os_hash_value: text,
    owner: text,
    size: bytes,
    virtual_size: bytes,
    container_format: text,
    disk_format: text,
    created_at: z.string(),
    updated_at: z.string(),
    min_ram: z.int(),
    min_disk: z.int(),
    tags: z.array(z.string()),
    self: z.string(),
    file: z.string(),
    schema: z.string(),
  })
  .meta({ id: "Image", ...FURTHER_PROPERTIES });

/** See {@link image}. */
export type Image = z.infer<typeof image>;

/** An image as this project's server shows and lists it: every field, `null` where there is no value. */
export const servedImage = image
  .extend({
    name: z.string().nullable(),
    visibility: z.enum(VISIBILITIES),
    os_hidden: z.boolean(),
    checksum: z.string().nullable(),
    os_hash_algo: z.string().nullable(),
    os_hash_value: z.string().nullable(),
    owner: z.string().nullable(),
    size: z.int().nullable(),
    virtual_size: z.int().nullable(),
    container_format: z.string().nullable(),
    disk_format: z.string().nullable(),
  })
  .meta({ id: "Image", ...FURTHER_PROPERTIES });

/** See {@link servedImage}. */
export type ServedImage = z.infer<typeof servedImage>;

/** The names that are an image's own and never a property's. */
export const imageFields: Readonly<Record<string, unknown>> = image.shape;

/**
 * A change of an image: operations on its fields and properties, done in order, all of them or none.
 * `path` is `/` and the name of a field or property, in which `~` is written `~0` and `/` is `~1`.
 * Source: Glance api-ref, "Update image" (media type `application/openstack-images-v2.1-json-patch`).
 */
export const imagePatch = boundedList(
  z.discriminatedUnion("op", [
    z.object({ op: z.enum(["add", "replace"]), path: z.string(), value: z.unknown() }),
    z.object({ op: z.literal("remove"), path: z.string() }),
  ]),
  MAX_PATCH_OPERATIONS,
);

/**
 * An image patch of the older media type, whose operations name themselves: `{"replace":"/tags","value":["a"]}`.
 * Source: Glance api-ref, "Update image" (media type `application/openstack-images-v2.0-json-patch`).
 */
export const olderImagePatch = boundedList(
  z.union([
    z.strictObject({ add: z.string(), value: z.unknown() }),
    z.strictObject({ replace: z.string(), value: z.unknown() }),
    z.strictObject({ remove: z.string() }),
  ]),
  MAX_PATCH_OPERATIONS,
);

/** See {@link imagePatch}. */
export type ImagePatch = z.infer<typeof imagePatch>;

/** The media types of an image patch, newest first; the older one writes `{"replace":"/tags","value":[]}`. */
export const PATCH_MEDIA_TYPES = [
  "application/openstack-images-v2.1-json-patch",
  "application/openstack-images-v2.0-json-patch",
] as const;

/** The tags of an image as they are listed. Source: API-SIG guideline "Tags". */
export const tagList = z.object({ tags: z.array(z.string()) });

/** The tags that an image is to have. Source: API-SIG guideline "Tags". */
export function newTagList(tag: z.ZodString) {
  return z.object({ tags: boundedList(tag, MAX_LIST_ITEMS) });
}

/**
 * A page of images; `next` is there when more may follow. Links are relative to the endpoint.
 * Sources: Glance api-ref, "List images"; Image Management Service, "Querying Images (Native OpenStack API)".
 */
export const imageList = z
  .looseObject({
    images: z.array(image),
    first: z.string().optional(),
    next: z.string().optional(),
    schema: z.string().optional(),
  })
  .meta({ id: "ImageList" });

/** A page of images as this project's server lists them. */
export const servedImageList = imageList
  .extend({ images: z.array(servedImage), first: z.string(), schema: z.string() })
  .meta({ id: "ImageList" });
