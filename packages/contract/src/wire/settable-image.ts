import { z } from "zod";
import { checkBySchema } from "../glance-schemas/check-by-schema.ts";
import { imageFieldSchemas } from "../glance-schemas/image-schema.ts";
import { boundedList, boundedObject, MAX_IMAGE_MEMBERS, MAX_LIST_ITEMS } from "./bounds.ts";
import { imageFields } from "./image.ts";
import { commonPropertyChecks, FURTHER_PROPERTIES, propertyProblem } from "./image-property.ts";
import { addableTag, type TagProfile } from "./tag.ts";

/** The greatest `min_disk` (GB) and `min_ram` (MB): Glance's columns are 32-bit integers. */
const MOST = 2_147_483_647;

const fields = imageFieldSchemas;

function minimum(schema: typeof fields.min_disk | typeof fields.min_ram) {
  return checkBySchema(schema)
    .refine((value) => value >= 0 && value <= MOST, `The value must be from 0 to ${MOST}.`)
    .meta({ minimum: 0, maximum: MOST });
}

const settable = (profile: TagProfile) =>
  z.looseObject({
    id: checkBySchema(fields.id).optional(),
    name: checkBySchema(fields.name).optional(),
    visibility: checkBySchema(fields.visibility).optional(),
    protected: checkBySchema(fields.protected).optional(),
    os_hidden: checkBySchema(fields.os_hidden).optional(),
    owner: checkBySchema(fields.owner).optional(),
    container_format: checkBySchema(fields.container_format).optional(),
    disk_format: checkBySchema(fields.disk_format).optional(),
    min_disk: minimum(fields.min_disk).optional(),
    min_ram: minimum(fields.min_ram).optional(),
    tags: boundedList(addableTag(profile), MAX_LIST_ITEMS).optional(),
  });

/** The fields of an image that may be set, each optional. A patch sets one at a time: these are made once. */
export const settableMembers = { glance: settable("glance"), ims: settable("ims") } as const;

/** The fields that nobody sets. Glance does not look at their values. */
const NOT_LOOKED_AT = new Set(["stores", "direct_url", "self", "file", "schema"]);

/** The further fields that nobody sets, by name, as they may stand in a body that is refused for them. */
const unsettable: ReadonlyMap<string, z.ZodType> = new Map(
  Object.entries(fields)
    .filter(([name]) => !Object.hasOwn(settableMembers.glance.shape, name) && !NOT_LOOKED_AT.has(name))
    .map(([name, schema]) => [name, checkBySchema(schema)]),
);

/**
 * What may be set when an image is made; every member is optional. Any further member is a property of
 * the image and must be text. Source: Glance api-ref, "Create image".
 */
export function imageCreate(profile: TagProfile) {
  return boundedObject(
    settableMembers[profile]
      .extend(commonPropertyChecks)
      .check((body) => {
        for (const [name, value] of Object.entries(body.value)) {
          const message = problemOfFurther(name, value);
          if (message === undefined) continue;
          body.issues.push({ code: "custom", input: value, message, path: [name] });
          return;
        }
      })
      .meta({ ...FURTHER_PROPERTIES, maxProperties: MAX_IMAGE_MEMBERS }),
    MAX_IMAGE_MEMBERS,
  );
}

/** See {@link imageCreate}. */
export type ImageCreate = z.infer<ReturnType<typeof imageCreate>>;

/** What is wrong with a list of locations, in words for its writer, or `undefined` when nothing is. */
export function locationsProblem(value: unknown): string | undefined {
  return problemOfFurther("locations", value);
}

/** What is wrong with a member that is none of those that may be set, if anything is. */
function problemOfFurther(name: string, value: unknown): string | undefined {
  const check = unsettable.get(name);
  if (check !== undefined) return check.safeParse(value).error?.issues[0]?.message;
  if (Object.hasOwn(fields, name) || Object.hasOwn(imageFields, name)) return undefined;
  return propertyProblem(name, value);
}
