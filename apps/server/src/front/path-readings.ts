import { pathOf } from "../http/wire/canonical-url.ts";

/** The most times that a path may be percent-encoded over. More of them are an attempt to hide something. */
const MOST_ENCODINGS = 4;

const PLAIN = /^(?:\/[A-Za-z0-9_~-][A-Za-z0-9._~-]*)*$/;

/**
 * Whether any server that reads the path of a target could take it for one that `isMeant` finds. It is given paths
 * without slashes at either end, decoded once or several times, with or without dot segments folded and parameters
 * dropped. Glance itself decodes once, and takes several slashes for one.
 */
export function mayBeReadAs(target: string, isMeant: (path: string) => boolean): boolean {
  const path = pathOf(target);
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
export function decodeOnce(text: string): string {
  return text.replace(/%([\da-f]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
}
