import { mayBeReadAs } from "./path-readings.ts";

const METADEFS = /^(?:v2(?:\.\d+)?\/)?metadefs\//;
const TAGS = /(?:^|\/)images\/[^/]+\/tags(?:\/|$)/i;
const IMAGE = /(?:^|\/)images\/[^/]+$/i;

/**
 * Whether any server could take a request for a change of tags, or a look at them, in any version: Glance takes one
 * from `Accept` too. A request too many that is answered here does less harm than one that is passed on.
 */
export function mayChangeTags(method: string, target: string): boolean {
  return mayBeReadAs(target, method === "PATCH" ? isTagsOrImage : isTags);
}

function isTags(path: string): boolean {
  return TAGS.test(path) && !METADEFS.test(path);
}

function isTagsOrImage(path: string): boolean {
  return (TAGS.test(path) || IMAGE.test(path)) && !METADEFS.test(path);
}
