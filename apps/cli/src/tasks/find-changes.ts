import { changeTags, NoTagPlansError, type Client } from "@imagetags/client";
import { createProgress } from "../terminal/progress.ts";
import type { ChangeKind } from "./change-kind.ts";
import type { FoundChanges } from "./found-changes.ts";
import { planChanges } from "./planned-changes.ts";
import { RulesInTheWay } from "./rules-in-the-way.ts";
import type { TagChange } from "./tag-change.ts";
import { timeBeforeChanges, undoHint } from "./undo-hint.ts";

/** Finds all changes of a kind: by plans of the server where it has them, else image by image. */
export async function findChanges(
  client: Client,
  kind: ChangeKind,
  signal: AbortSignal,
): Promise<FoundChanges> {
  using progress = createProgress({ label: "Finding images:" });
  const onFound = (found: number) => progress.update(found);
  if (kind.planned !== undefined) {
    try {
      return await planChanges(client, kind.planned, kind.words.done, { signal, onFound });
    } catch (error) {
      if (!(error instanceof NoTagPlansError)) throw error;
    }
  }
  const changes: TagChange[] = [];
  for await (const change of kind.find(client, signal)) {
    changes.push(change);
    onFound(changes.length);
  }
  return oneByOne(client, kind, changes);
}

function oneByOne(client: Client, kind: ChangeKind, changes: readonly TagChange[]): FoundChanges {
  const rules = new RulesInTheWay(client);
  return {
    changes,
    refusal: async (change) => (await rules.refusal(change.owner, kind.steps(change)))?.message,
    async undoHint() {
      if (kind.undoTags === undefined) return undefined;
      const since = await timeBeforeChanges(client);
      return since === undefined ? undefined : undoHint({ since, tags: kind.undoTags });
    },
    make: (options) => changeTags(changes, (change) => kind.make(client, change), options),
  };
}
