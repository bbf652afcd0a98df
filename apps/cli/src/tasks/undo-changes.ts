import { changesToUndo, undoEvent, type Client } from "@imagetags/client";
import { eventImageId } from "../cloud/event-image.ts";
import type { EventChoice } from "../options/event-options.ts";
import { safeText } from "../output/safe-text.ts";
import type { ChangeKind } from "./change-kind.ts";
import type { TagChange } from "./tag-change.ts";
import { CHANGED_SINCE, describeImage, plural } from "./change-words.ts";

/** Which changes are undone. */
interface UndoChoice extends EventChoice {
  /** None: whichever. */
  readonly tags: readonly string[];
  readonly image: string | undefined;
}

/** The undoing of changes of tags. */
export function undoing({ tags, image, ...events }: UndoChoice): ChangeKind {
  return {
    async *find(client, signal) {
      const id = await eventImageId(client, image);
      for (const tag of tags.length === 0 ? [undefined] : new Set(tags)) {
        for (const event of await changesToUndo(client, { ...events, image: id, tag }, { signal })) {
          yield {
            imageId: event.image_id,
            imageName: null,
            tag: event.tag,
            event: event.id,
            becomes: event.action === "added" ? "removed" : "added",
          };
        }
      }
    },
    make: undo,
    steps: ({ tag, becomes }) => [{ verb: becomes === "added" ? "add" : "remove", tag }],
    asksAlways: tags.length === 0 && image === undefined && events.request === undefined,
    words: {
      doing: "Undoing",
      one: "change",
      done: "undone",
      question: "to be undone on",
      none: "No such change is to be undone.",
      summary: (made) => `Undid ${plural(made, "change")}.`,
      sentence: (change, result) =>
        result === "undone"
          ? `${safeText(change.tag)} is ${change.becomes === "added" ? "back on" : "off"} ${describeImage(change)}.`
          : `${safeText(change.tag)} was changed on ${describeImage(change)} since.`,
    },
  };
}

async function undo(client: Client, { event = "" }: TagChange): Promise<string> {
  return (await undoEvent(client, event)) === "undone" ? "undone" : CHANGED_SINCE;
}
