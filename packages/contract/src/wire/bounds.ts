import { z } from "zod";

/** How many items a list in a body has at most. */
export const MAX_LIST_ITEMS = 5_000;
/** How many operations a patch has at most: enough to replace every field and property of an image. */
export const MAX_PATCH_OPERATIONS = 1_000;
/** How many members the body that makes an image has at most; how many are properties, a quota says. */
export const MAX_IMAGE_MEMBERS = 1_000;
/** The longest name of a property, in characters. Source: Glance, `image_properties.name`. */
export const MAX_PROPERTY_NAME_LENGTH = 255;
/** The longest value of a property, in bytes of UTF-8. Source: Glance, `image_properties.value`: MariaDB's TEXT. */
export const MAX_PROPERTY_VALUE_BYTES = 65_535;
/** How many bytes of UTF-8 the tags and properties of an image have at most, names and values together. */
export const MAX_IMAGE_BYTES = 1_048_576;

/** Marks an issue of zod's, so that a validator knows that a bound was passed. */
const BOUND = { rule: "bound" } as const;

/**
 * A list of at most so many items. A longer list is refused before any item is looked at, so that a refusal costs
 * nothing.
 */
export function boundedList<Item extends z.ZodType>(item: Item, most: number) {
  return z.preprocess((list: z.input<z.ZodArray<Item>>, context) => {
    if (!Array.isArray(list) || list.length <= most) return list;
    const message = `At most ${most} items are taken, these are ${list.length}.`;
    context.addIssue({ code: "custom", message, params: BOUND, input: list });
    return z.NEVER;
  }, z.array(item).max(most));
}

/** An object of at most so many members. As with {@link boundedList}, an object of more is refused unread. */
export function boundedObject<Shape extends z.ZodType<object>>(shape: Shape, most: number) {
  return z.preprocess((object: z.input<Shape>, context) => {
    const members = typeof object === "object" && object !== null ? Object.keys(object).length : 0;
    if (members <= most) return object;
    const message = `At most ${most} members are taken, these are ${members}.`;
    context.addIssue({ code: "custom", message, params: BOUND, input: object });
    return z.NEVER;
  }, shape);
}

/**
 * Whether a text is longer in UTF-8. The text's length decides most cases, because a unit of UTF-16 takes one to
 * three bytes.
 */
export function hasMoreBytes(text: string, most: number): boolean {
  if (text.length > most) return true;
  return text.length * 3 > most && new TextEncoder().encode(text).length > most;
}
