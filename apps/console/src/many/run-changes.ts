import { changeTags, type Client } from "@imagetags/client";
import { makeChange, takeBack } from "../tags/change-tag.ts";
import type { PlannedChange } from "./plan.ts";

/** A change that was made, by which it can be taken back. */
export interface MadeChange extends PlannedChange {
  readonly requestId: string | null;
}

/** What became of many changes so far. */
export interface Progress {
  readonly done: number;
  readonly total: number;
  readonly made: readonly MadeChange[];
  /** What somebody else came first with: tags that were gone, or were changed since. */
  readonly overtaken: number;
  readonly failures: readonly { readonly change: PlannedChange; readonly error: Error }[];
}

export type WorkState = "running" | "stopping" | "stopped" | "finished";

/** Enough to keep a server busy, and little enough to leave it to others too. */
const CONCURRENCY = 6;
/** How often progress is told, in milliseconds. */
const TELL_EVERY_MS = 100;

type Tell = (progress: Progress) => void;

/** Makes changes, and tells how far they are. When the signal ends, what is under way is finished and nothing begun. */
export async function runChanges(
  client: Client,
  changes: readonly PlannedChange[],
  signal: AbortSignal,
  tell: Tell,
): Promise<Progress> {
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

async function runEach<T extends PlannedChange>(
  changes: readonly T[],
  signal: AbortSignal,
  tell: Tell,
  make: (change: T) => Promise<MadeChange | undefined>,
): Promise<Progress> {
  const made: MadeChange[] = [];
  const failures: { change: PlannedChange; error: Error }[] = [];
  let overtaken = 0;
  let told = 0;
  const progress = () => ({
    done: made.length + overtaken + failures.length,
    total: changes.length,
    made,
    overtaken,
    failures,
  });
  const one = async (change: T) => {
    const result = await make(change);
    if (result === undefined) return "overtaken";
    made.push(result);
    return "made";
  };
  try {
    for await (const result of changeTags(changes, one, { concurrency: CONCURRENCY, signal })) {
      if (result.outcome === "failed") failures.push(result);
      else if (result.outcome === "overtaken") overtaken += 1;
      if (performance.now() - told < TELL_EVERY_MS) continue;
      told = performance.now();
      tell({ ...progress() });
    }
  } catch (error) {
    if (!signal.aborted) throw error;
  }
  return progress();
}
