import {
  carryOutPlan,
  planTags,
  type Client,
  type PlanOutcome,
  type PlannedImage,
  type TagPlans,
} from "@imagetags/client";
import { note } from "../terminal/notes.ts";
import type { PlannedKind } from "./change-kind.ts";
import type { FoundChanges } from "./found-changes.ts";
import type { MadeChange, TagChange } from "./tag-change.ts";
import { recordsChanges, undoHint } from "./undo-hint.ts";
import { CHANGED_SINCE } from "./change-words.ts";

/** What is said where the server would do something else by now than what was found. */
const CHANGED =
  "Images or their tags were changed meanwhile: only what was found before is done. Run it again for what came since.";

interface PlanOptions {
  readonly signal: AbortSignal;
  readonly onFound: (found: number) => void;
}

/**
 * Has the server plan a change of many images. Each thousand of them is one transaction, which is carried out by the hash of its
 * plan.
 *
 * @throws {NoTagPlansError} when the server plans none, as a plain Glance
 */
export async function planChanges(
  client: Client,
  { wanted, isTagByTag = false, changesOf }: PlannedKind,
  done: string,
  options: PlanOptions,
): Promise<FoundChanges> {
  const plan = await planTags(client, wanted, { ...options, withHidden: true });
  const byImage = new Map<string, readonly TagChange[]>();
  const refusals = new Map<TagChange, string>();
  for (const image of inListOrder(plan)) {
    const of = changesOf(image).map((change) => ({ imageId: image.id, imageName: image.name, ...change }));
    byImage.set(image.id, of);
    if (image.refused !== undefined) for (const change of of) refusals.set(change, image.refused.message);
  }
  const changes = [...byImage.values()].flat();
  const isTold = { yet: false };
  const onChanged = () => {
    if (!isTold.yet) note(CHANGED);
    isTold.yet = true;
  };
  return {
    changes: isTagByTag ? tagByTag(changes, wanted.remove ?? []) : changes,
    refusal: async (change) => refusals.get(change),
    undoHint: async () =>
      (await recordsChanges(client)) ? undoHint({ request: plan.requestId }) : undefined,
    async *make({ signal }) {
      for await (const outcome of carryOutPlan(client, plan, { signal, onChanged })) {
        for (const change of byImage.get(outcome.imageId) ?? []) yield madeOf(change, outcome, done);
      }
    },
  };
}

function madeOf(change: TagChange, outcome: PlanOutcome, done: string): MadeChange {
  if (outcome.outcome === "failed") return { change, outcome: "failed", error: outcome.error };
  return { change, outcome: outcome.outcome === "done" ? done : CHANGED_SINCE };
}

/** The images as a list has them, newest first and hidden ones last; a plan begins with the oldest. */
function inListOrder({ parts }: TagPlans): readonly PlannedImage[] {
  const listed = (isHidden: boolean) =>
    parts
      .filter(({ asked }) => (asked.where.os_hidden === true) === isHidden)
      .flatMap(({ images }) => images)
      .toReversed();
  return [...listed(false), ...listed(true)];
}

function tagByTag(changes: readonly TagChange[], tags: readonly string[]): readonly TagChange[] {
  const place = new Map(tags.map((tag, index) => [tag, index]));
  return changes.toSorted((one, other) => (place.get(one.tag) ?? 0) - (place.get(other.tag) ?? 0));
}
