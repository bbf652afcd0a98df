import { carryOutPlan, changeTags, type Client, type TagPlans } from "@imagetags/client";
import { makeChange, takeBack } from "../tags/change-tag.ts";
import { changesOf, type Plan, type PlannedChange } from "./plan.ts";
import { Tally, type MadeChange, type Progress, type Tell } from "./progress.ts";

/** Enough to keep a server busy, and little enough to leave it to others too. */
const CONCURRENCY = 6;

/**
 * Carries out a plan, and tells how far it is. When the signal ends, what is under way is finished and nothing begun. A
 * failure is that of one change, or of those that were to be made with it: the others go on.
 */
export async function runPlan(
  client: Client,
  { changes, parts }: Plan,
  signal: AbortSignal,
  tell: Tell,
): Promise<Progress> {
  if (parts !== undefined) return await runParts(client, parts, new Tally(changes.length, tell), signal);
  return await runEach(changes, signal, tell, async (change) => {
    const outcome = await makeChange(client, change);
    return outcome.kind === "made" ? { ...change, requestId: outcome.requestId } : undefined;
  });
}

/** Takes changes back that were made. */
export async function undoChanges(
  client: Client,
  made: readonly MadeChange[],
  signal: AbortSignal,
  tell: Tell,
): Promise<Progress> {
  return await runEach(made, signal, tell, async (change) =>
    (await takeBack(client, change, change.requestId)) === "undone" ? change : undefined,
  );
}

async function runParts(
  client: Client,
  parts: readonly TagPlans[],
  tally: Tally,
  signal: AbortSignal,
): Promise<Progress> {
  for (const part of parts) {
    if (signal.aborted) break;
    for await (const { planned, ...result } of carryOutPlan(client, part)) {
      // That an image may not be changed was in the plan.
      if (planned.refused !== undefined) continue;
      const wanted = changesOf(planned);
      if (result.outcome === "failed") tally.failed(wanted, result.error);
      else if (result.outcome === "alreadySo") tally.overtaken(wanted.length);
      else {
        const { remove, add } = result;
        const done = changesOf({ ...planned, remove, add });
        tally.made(done.map((change) => ({ ...change, requestId: part.requestId })));
        tally.overtaken(wanted.length - done.length);
      }
    }
    tally.tellNow();
  }
  return tally.progress;
}

async function runEach<T extends PlannedChange>(
  changes: readonly T[],
  signal: AbortSignal,
  tell: Tell,
  make: (change: T) => Promise<MadeChange | undefined>,
): Promise<Progress> {
  const tally = new Tally(changes.length, tell);
  const one = async (change: T): Promise<"settled"> => {
    const made = await make(change);
    if (made === undefined) tally.overtaken(1);
    else tally.made([made]);
    return "settled";
  };
  try {
    for await (const result of changeTags(changes, one, { concurrency: CONCURRENCY, signal })) {
      if (result.outcome === "failed") tally.failed([result.change], result.error);
    }
  } catch (error) {
    if (!signal.aborted) throw error;
  }
  return tally.progress;
}
