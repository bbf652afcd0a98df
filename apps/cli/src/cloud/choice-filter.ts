import type { ImageFilter, ManyTags } from "@imagetags/client";
import type { ImageChoice } from "../options/image-options.ts";

/** What a server plans at most. Source: `POST /v2/tag-actions`. */
const MOST_TAGS = 128;
const LONGEST_WHERE = 16_384;

/** A choice as the filter of a list; tags that images must not bear are left to the caller. */
export function filterOf({
  tags,
  name,
  owner,
  visibility,
  status,
  properties,
}: Omit<ImageChoice, "notTags" | "onlyHidden">): ImageFilter {
  return {
    ...Object.fromEntries(properties),
    ...(tags.length === 0 ? {} : { tag: [...tags] }),
    // A colon would part an operator from the name. Source: Glance, glance/common/utils.py, `split_filter_op`.
    ...(name === undefined ? {} : { name: name.includes(":") ? `eq:${name}` : name }),
    ...(owner === undefined ? {} : { owner }),
    ...(status === undefined ? {} : { status }),
    ...(visibility === undefined ? {} : { visibility }),
  };
}

/**
 * A change of the tags of a choice of images, as a server plans it, whose filters are exact; `undefined` where no plan can say it.
 */
export function manyTags(
  { remove = [], add = [] }: Omit<ManyTags, "where">,
  choice: ImageChoice,
): ManyTags | undefined {
  const { notTags, onlyHidden } = choice;
  // The filter is a list with commas, so a tag with one cannot stand in it.
  if (notTags.some((tag) => tag.includes(",")) || Math.max(remove.length, add.length) > MOST_TAGS)
    return undefined;
  const where = {
    ...filterOf(choice),
    ...(notTags.length === 0 ? {} : { "not-tags": [...notTags] }),
    ...(onlyHidden ? { os_hidden: true } : {}),
  };
  return JSON.stringify(where).length > LONGEST_WHERE ? undefined : { remove, add, where };
}
