import { canonicalUrl, pathOf } from "../http/wire/canonical-url.ts";
import { HEALTH_PATHS } from "../http/wire/health-paths.ts";
import { mayChangeTags } from "./may-change-tags.ts";
import { mayBeReadAs } from "./path-readings.ts";

/** Pages of which a Glance may have one by the same name. Only their own address leads to those of this server. */
const PAGES: ReadonlySet<string> = new Set([...HEALTH_PATHS, "/openapi.json"]);

/** What is for this server's operators. It never comes from another server, also where this one has no such page. */
const OPERATORS = /^(?:metrics|console|docs)(?:\/|$)/;

/** All tags, their moves, changes of many images, what became of tags and rules about them, of which Glance has nothing. */
const BEYOND_IMAGES =
  /^(?:v2(?:\.\d+)?\/)?(?:(?:tags|tag-events|tag-actions|tag-rules)(?:\/|$)|images\/[^/]+\/tag-events$|schemas\/tag-events?$)/;

/** Whether a request is answered here, by all that its path may mean. */
export function isOwn(method: string, target: string): boolean {
  return (
    !target.startsWith("/") ||
    PAGES.has(canonicalUrl(pathOf(target))) ||
    mayBeReadAs(target, isOfThisServer) ||
    mayChangeTags(method, target)
  );
}

function isOfThisServer(path: string): boolean {
  return OPERATORS.test(path) || BEYOND_IMAGES.test(path);
}
