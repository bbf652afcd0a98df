import type { Image, TagAction } from "@imagetags/client";
import { useQueryClient } from "@tanstack/preact-query";
import { HISTORY } from "../history/event-page.ts";
import { tell } from "../notices/notices.ts";
import { wordsOf } from "../server/refusal.ts";
import { useServer } from "../server/server-context.ts";
import { rich } from "../texts/texts.ts";
import { makeChange, takeBack, type Change } from "./change-tag.ts";
import { ExactText } from "./exact-text.tsx";
import { TAGS } from "./tag-list.ts";
import { forgetImage, rememberChange } from "./remembered-tags.ts";

/** Adds or removes a tag: at once on the screen, and taken back there when the server refuses. */
export function useChangeTag(): (image: Image, tag: string, action: TagAction) => Promise<void> {
  const { client } = useServer();
  const cache = useQueryClient();

  return async (image, tag, action) => {
    const change: Change = { imageId: image.id, tag, action };
    const named = { tag: <ExactText text={tag} />, image: <ExactText text={nameOf(image)} /> };
    if (action === "added" && image.tags.includes(tag)) {
      tell("done", rich("addedAlready", named));
      return;
    }
    rememberChange(cache, change);
    try {
      const outcome = await makeChange(client, change);
      if (outcome.kind === "was-gone") tell("done", rich("removedBySomebody", named));
      else if (outcome.kind === "no-image") {
        forgetImage(cache, image.id);
        tell("refused", rich("imageGone", named));
      } else {
        forgetWhatFollows();
        tell("done", rich(action === "added" ? "added" : "removed", named), () =>
          undo(change, outcome.requestId),
        );
      }
    } catch (error) {
      rememberChange(cache, opposite(change));
      tell("refused", rich("changeFailed", { ...named, reason: wordsOf(error) }));
    }

    function forgetWhatFollows(): void {
      for (const queryKey of [[TAGS], [HISTORY]]) void cache.invalidateQueries({ queryKey });
    }

    async function undo(made: Change, requestId: string | null): Promise<void> {
      try {
        const undoing = await takeBack(client, made, requestId);
        if (undoing === "undone") rememberChange(cache, opposite(made));
        forgetWhatFollows();
        tell("done", rich(undoing === "undone" ? "undone" : "undoChangedSince", named));
      } catch (error) {
        tell("refused", rich("changeFailed", { ...named, reason: wordsOf(error) }));
      }
    }
  };
}

/** The name of an image, or what stands for it where it has none. */
export function nameOf({ id, name }: Image): string {
  return name === undefined || name === null || name === "" ? id : name;
}

function opposite(change: Change): Change {
  return { ...change, action: change.action === "added" ? "removed" : "added" };
}
