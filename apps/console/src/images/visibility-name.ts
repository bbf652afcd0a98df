import { text } from "../texts/texts.ts";

const NAMES: ReadonlyMap<string, string> = new Map([
  ["public", text("visibilityPublic")],
  ["community", text("visibilityCommunity")],
  ["shared", text("visibilityShared")],
  ["private", text("visibilityPrivate")],
  ["all", text("visibilityAll")],
]);

/** What people call a visibility; one that only some servers have is shown as the server calls it. */
export function visibilityName(visibility: string): string {
  return NAMES.get(visibility) ?? visibility;
}
