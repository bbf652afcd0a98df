import { pathOf } from "../http/wire/canonical-url.ts";

const LIST = /^\/v2(?:\.\d+)?\/images$/;

/** Parameters of a list that are about tags. Glance takes all but `tag` for names of properties. */
const ABOUT_TAGS: ReadonlySet<string> = new Set(["tag", "tags", "tags-any", "not-tags", "not-tags-any"]);

/** Whether a request is for a list of images by their tags. */
export function isTagList(method: string, target: string): boolean {
  const path = pathOf(target);
  if (method !== "GET" || path.length === target.length || !LIST.test(path)) return false;
  return [...new URLSearchParams(target.slice(path.length)).keys()].some((name) => ABOUT_TAGS.has(name));
}
