import { z } from "zod";
import { checkBySchema } from "../glance-schemas/check-by-schema.ts";
import { commonProperties } from "../glance-schemas/common-properties.ts";
import { hasMoreBytes, MAX_PROPERTY_NAME_LENGTH, MAX_PROPERTY_VALUE_BYTES } from "./bounds.ts";

/** The value of a property: text, or `null` for the two properties where Glance's schema allows it. */
export type PropertyValue = string | null;

const named = commonProperties;

/** The checks of the properties that images commonly have, each optional. */
export const commonPropertyChecks = {
  kernel_id: bounded(checkBySchema(named.kernel_id)),
  ramdisk_id: bounded(checkBySchema(named.ramdisk_id)),
  instance_uuid: bounded(checkBySchema(named.instance_uuid)),
  architecture: bounded(checkBySchema(named.architecture)),
  os_distro: bounded(checkBySchema(named.os_distro)),
  os_version: bounded(checkBySchema(named.os_version)),
  description: bounded(checkBySchema(named.description)),
  cinder_encryption_key_id: bounded(checkBySchema(named.cinder_encryption_key_id)),
  cinder_encryption_key_deletion_policy: bounded(checkBySchema(named.cinder_encryption_key_deletion_policy)),
} as const satisfies Record<keyof typeof named, z.ZodType>;

function bounded<Value extends PropertyValue>(check: z.ZodType<Value>) {
  return check
    .refine(
      (value) => value === null || !hasMoreBytes(value, MAX_PROPERTY_VALUE_BYTES),
      `The value of a property has at most ${MAX_PROPERTY_VALUE_BYTES} bytes of UTF-8.`,
    )
    .optional();
}

/**
 * What a document says of the properties of an image, which stand beside its fields. It names no type: where it did, the
 * types that generators make would hold the fields to it as well, and `tags` are no text.
 */
export const FURTHER_PROPERTIES = {
  additionalProperties: {
    description: `A property of the image: text of at most ${MAX_PROPERTY_VALUE_BYTES} bytes of UTF-8.`,
  },
  propertyNames: { minLength: 1, maxLength: MAX_PROPERTY_NAME_LENGTH },
} as const;

const checkOfAnyOther = bounded(z.string("The value of a property must be text."));

/** What is wrong with a property of an image, in words for its writer, or `undefined` when nothing is. */
export function propertyProblem(name: string, value: unknown): string | undefined {
  if (name === "" || name.length > MAX_PROPERTY_NAME_LENGTH) {
    return `The name of a property has 1 to ${MAX_PROPERTY_NAME_LENGTH} characters.`;
  }
  const common: Readonly<Record<string, z.ZodType>> = commonPropertyChecks;
  const check = Object.hasOwn(common, name) ? common[name] : checkOfAnyOther;
  return check?.safeParse(value).error?.issues[0]?.message;
}
