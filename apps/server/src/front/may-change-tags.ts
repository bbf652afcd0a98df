import { pathOf } from "../http/wire/canonical-url.ts";

/** The most times that a path may be percent-encoded over. More of them are an attempt to hide something. */
const MOST_ENCODINGS = 4;

const PLAIN = /^(?:\/[A-Za-z0-9_~-][A-Za-z0-9._~-]*)*$/;
const METADEFS = /^(?:v2(?:\.\d+)?\/)?metadefs\//;
const TAGS = /(?:^|\/)images\/[^/]+\/tags(?:\/|$)/i;
const IMAGE = /(?:^|\/)images\/[^/]+$/i;

/**
 * Whether any server that reads a request's path could take it for a change of tags, or a look at them. The
 * path is decoded once or several times, with or without dot segments folded and parameters dropped, for any
 * version. Glance itself decodes once, takes several slashes for one, and a version from `Accept`. A request
 * too many that is answered here does less harm than one that is passed on.
 */
export function mayChangeTags(method: string, target: string): boolean {
  const path = pathOf(target);
  const isMeant = method === "PATCH" ? isTagsOrImage : isTags;
  if (PLAIN.test(path)) return isMeant(path.slice(1));
  let decoded = path;
  for (let times = 0; times <= MOST_ENCODINGS; times += 1) {
    for (const reading of readingsOf(decoded)) if (isMeant(reading)) return true;
    const next = decodeOnce(decoded);
    if (next === decoded) return false;
    decoded = next;
  }
  return true;
}

function isTags(path: string): boolean {
  return TAGS.test(path) && !METADEFS.test(path);
}

function isTagsOrImage(path: string): boolean {
  return (TAGS.test(path) || IMAGE.test(path)) && !METADEFS.test(path);
}

/** The path as several servers read it, without slashes at either end. */
function readingsOf(path: string): string[] {
  const whole = path.replaceAll("\\", "/").split("/");
  const bare = whole.map((segment) => segment.replace(/[;?#].*$/s, ""));
  return [whole, bare].flatMap((segments) => [folded(segments, false), folded(segments, true)]);
}

function folded(segments: readonly string[], dots: boolean): string {
  const kept: string[] = [];
  for (const segment of segments.map((one) => one.trim())) {
    if (segment === ".." && dots) kept.pop();
    else if (segment !== "" && !(segment === "." && dots)) kept.push(segment);
  }
  return kept.join("/");
}

/** Decodes each percent-encoded byte to a character of its own. The names in paths are ASCII. */
function decodeOnce(text: string): string {
  return text.replace(/%([\da-f]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
}
