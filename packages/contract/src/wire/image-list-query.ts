import { z } from "zod";
import { VISIBILITIES } from "../glance-schemas/image-words.ts";
import {
  safeInteger,
  flag,
  givenOnce,
  MOST_FILTER_VALUES,
  repeated,
  tagsWithCommas,
  withValue,
  text,
  wholeNumber,
} from "./query-parameters.ts";

/** What an image list can be sorted by. Source: Glance, glance/api/v2/images.py, `_available_sort_keys`. */
export const SORT_KEYS = [
  "name",
  "status",
  "container_format",
  "disk_format",
  "size",
  "id",
  "created_at",
  "updated_at",
] as const;

/** One of {@link SORT_KEYS}. */
export type SortKey = (typeof SORT_KEYS)[number];

const LISTED = "text, or `in:` and a list with commas, in which a value may be quoted";
const TIMED = "an ISO 8601 time, after `gt:`, `gte:`, `lt:`, `lte:`, `eq:` or `neq:`, or by itself";

/** Glance's message for a value that is no number. It does not name the parameter. */
const noRange = (): string => "Unable to filter on a range with a non-numeric value.";
const noNumber = (value: string, name: string): string =>
  `Invalid value '${value}' for '${name}' filter. It must be a whole number.`;

/**
 * The value of a property. The type is as wide as those of all parameters together: TypeScript holds the parameters
 * to the type of further names as well.
 */
const propertyValue = z
  .union([z.string(), z.number(), z.boolean(), z.array(z.string()), z.undefined()])
  .refine((value) => !Array.isArray(value), { error: givenOnce })
  .meta({
    description:
      "Properties that an image must have, each as a parameter of its own name: `os_distro=debian`.",
  });

const filters = z
  .object({
    id: text(`The image's id: ${LISTED}.`).optional(),
    name: text(`The image's name: ${LISTED}.`).optional(),
    status: text(`The image's status: ${LISTED}.`).optional(),
    container_format: text(`The container format: ${LISTED}.`).optional(),
    disk_format: text(`The disk format: ${LISTED}.`).optional(),
    owner: text("The project that owns the image.").optional(),
    checksum: text("The MD5 of the image's data.").optional(),
    os_hash_algo: text("The algorithm of `os_hash_value`.").optional(),
    os_hash_value: text("The hash of the image's data.").optional(),
    protected: flag("Whether the image is protected.", "sensitive").optional(),
    os_hidden: flag("Whether the image is hidden; `false` when absent.", "insensitive").optional(),
    visibility: z
      .enum([...VISIBILITIES, "all"], { error: withValue((value) => `Invalid visibility value: ${value}`) })
      .meta({ description: "Who may see the image; `all` for community images of other projects too." })
      .optional(),
    member_status: z
      .enum(["accepted", "pending", "rejected", "all"], {
        error: withValue((value) => `Invalid status: ${value}`),
      })
      .meta({ description: "What became of the offer to share an image; `accepted` when absent." })
      .optional(),
    created_at: text(`When the image was made: ${TIMED}.`).optional(),
    updated_at: text(`When the image was changed last: ${TIMED}.`).optional(),
    size: safeInteger("The size in bytes.", noNumber).optional(),
    size_min: safeInteger("The least size in bytes.", noRange).optional(),
    size_max: safeInteger("The greatest size in bytes.", noRange).optional(),
    virtual_size: safeInteger("The virtual size in bytes.", noNumber).optional(),
    virtual_size_min: safeInteger("The least virtual size in bytes.", noRange).optional(),
    virtual_size_max: safeInteger("The greatest virtual size in bytes.", noRange).optional(),
    min_disk: safeInteger("`min_disk`, in GB.", noNumber).optional(),
    min_disk_min: safeInteger("The least `min_disk`, in GB.", noRange).optional(),
    min_disk_max: safeInteger("The greatest `min_disk`, in GB.", noRange).optional(),
    min_ram: safeInteger("`min_ram`, in MB.", noNumber).optional(),
    min_ram_min: safeInteger("The least `min_ram`, in MB.", noRange).optional(),
    min_ram_max: safeInteger("The greatest `min_ram`, in MB.", noRange).optional(),
    tag: repeated("Tags that the image must bear, all of them.").optional(),
    tags: tagsWithCommas("Tags that the image must bear, all of them.").optional(),
    "tags-any": tagsWithCommas("Tags of which the image must bear one or more.").optional(),
    "not-tags": tagsWithCommas("Tags of which the image must bear none.").optional(),
    "not-tags-any": tagsWithCommas("Tags of which the image must lack one or more.").optional(),
    sort: text("Keys with directions: `name:asc,size:desc`.").optional(),
    sort_key: repeated("Keys to sort by, in order.").optional(),
    sort_dir: repeated("`asc` or `desc`: one for each `sort_key`, or one for all.").optional(),
    limit: wholeNumber("How many images a page has at most.", () => "limit param must be an integer")
      .refine((limit) => limit >= 0, "limit param must be positive")
      .meta({ openapi: { type: "integer", minimum: 0, description: "How many images a page has at most." } })
      .optional(),
    marker: text("The id of the last image of the page before.").optional(),
  })
  .catchall(propertyValue);

/**
 * The query of an image list: which images, in which order, and which page of them. All that is asked
 * for must hold. Any further name is that of a property, which an image must have with that value; there may
 * be 128 of them, and as many values in each list.
 *
 * - `tag` may be repeated: an image must bear all of them. `tags`, `tags-any`, `not-tags` and
 *   `not-tags-any` take several with commas between: all of them, any, none, not all.
 * - `visibility` is `all` for community images of other projects too.
 * - `sort` is `name:asc,size:desc`; `sort_key` and `sort_dir`, which may be repeated, are its older form.
 * - `limit` is 25 when absent, and one above 1000 is taken as 1000; `marker` is the last id of the page before.
 *
 * Sources: Glance api-ref, "List images"; API-SIG guideline "Tags".
 */
export const imageListQuery = filters.refine((query) => propertiesIn(query) <= MOST_FILTER_VALUES, {
  error: `A list is filtered by at most ${MOST_FILTER_VALUES} properties.`,
});

/** What orders a list and says which part of it, besides the filters. */
const PAGING = ["sort", "sort_key", "sort_dir", "limit", "marker"] as const;

/**
 * The filters of an image list by themselves, in a JSON body: numbers and booleans may be written as such. They are as many
 * as in {@link imageListQuery}.
 */
export const imageFilters = filters
  .omit({ sort: true, sort_key: true, sort_dir: true, limit: true, marker: true })
  .catchall(z.union([z.string(), z.number(), z.boolean(), z.array(z.string())]).optional())
  .check(({ value, issues }) => {
    const properties = Object.entries(value).filter(([name]) => !Object.hasOwn(filters.shape, name));
    const paging = PAGING.find((name) => Object.hasOwn(value, name));
    const listed = properties.find(([, one]) => Array.isArray(one))?.[0];
    const message =
      paging !== undefined
        ? `${paging} is no filter.`
        : properties.length > MOST_FILTER_VALUES
          ? `There are more than ${MOST_FILTER_VALUES} properties.`
          : listed !== undefined
            ? `The property ${listed} has more than one value.`
            : undefined;
    if (message !== undefined) issues.push({ code: "custom", input: value, message });
  });

/** See {@link imageFilters}. */
export type ImageFilters = z.output<typeof imageFilters>;

function propertiesIn(query: object): number {
  return Object.keys(query).filter((name) => !Object.hasOwn(filters.shape, name)).length;
}

/** What an image list is asked for, read from its query. See {@link imageListQuery}. */
export type ImageListQuery = z.output<typeof imageListQuery>;
