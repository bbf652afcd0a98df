import type { Client } from "@imagetags/client";
import { EXIT, UsageError } from "../exit-code.ts";
import { ASKS_ABOVE, type EverywhereOptions } from "../options/everywhere-options.ts";
import type { OutputFormat } from "../output/output-format.ts";
import { standardOutput } from "../output/standard-output.ts";
import { canAsk, confirm } from "../terminal/confirm.ts";
import { hearInterruption } from "../terminal/interruption.ts";
import { currentVerbosity, note } from "../terminal/notes.ts";
import { count } from "../terminal/progress.ts";
import type { ChangeKind } from "./change-kind.ts";
import { findChanges } from "./find-changes.ts";
import { showChanges } from "./show-changes.ts";
import { interruptedExitCode, STOPPING, stoppedExitCode } from "./stopped.ts";
import { makeChanges, type TagChange } from "./tag-change.ts";
import { images, plural } from "./change-words.ts";

/**
 * Changes many images. All changes are found before the first is made. So the changes that a person agrees to are
 * those that are made, and their number is known.
 */
export async function changeEverywhere(
  client: Client,
  kind: ChangeKind,
  options: EverywhereOptions & { readonly format: OutputFormat },
): Promise<number> {
  const { dryRun, yes, format, concurrency } = options;
  const { words } = kind;
  using interruption = hearInterruption(STOPPING);
  const { signal } = interruption;
  const nothingDone = `Nothing was ${words.done}.`;
  const found = await findChanges(client, kind, signal).catch((error: unknown) => {
    if (signal.aborted) note(nothingDone);
    throw error;
  });
  const { changes } = found;
  if (dryRun) return await showChanges(found, words, format);
  const asks = changes.length > ASKS_ABOVE || (kind.asksAlways === true && changes.length > 0);
  if (asks && !yes && !(await isAgreed(changes, words, signal))) {
    note(nothingDone);
    return signal.aborted ? interruptedExitCode(signal.reason) : EXIT.failed;
  }
  const isTold = format === "table" && currentVerbosity() !== "quiet";
  const hint = isTold && changes.length > 0 ? await found.undoHint() : undefined;
  const done = await makeChanges({
    changes,
    made: found.make({ concurrency, signal }),
    label: words.doing,
    format,
    signal,
    sentence: words.sentence,
    isMany: true,
  });
  const tellHint = () => hint !== undefined && done.made > 0 && note(hint);
  if (signal.aborted) {
    tellHint();
    return stoppedExitCode(signal, done, changes.length);
  }
  if (isTold) {
    const left = done.left === 0 ? "" : ` ${count(done.left)} changed since.`;
    const failures = done.failed === 0 ? "" : ` ${count(done.failed)} failed.`;
    const summary = changes.length === 0 ? words.none : words.summary(done.made) + left + failures;
    await standardOutput().write(`${summary}\n`);
    tellHint();
  }
  return done.failed === 0 ? EXIT.done : EXIT.failed;
}

async function isAgreed(
  changes: readonly TagChange[],
  { one, question }: ChangeKind["words"],
  signal: AbortSignal,
): Promise<boolean> {
  const many = images(new Set(changes.map(({ imageId }) => imageId)).size);
  const [these, verb] = changes.length === 1 ? ["This", "is"] : ["These", "are"];
  const what = `${these} ${verb} ${plural(changes.length, one)}, ${question} ${many}`;
  if (canAsk()) return await confirm(`${what}. Go on?`, signal);
  throw new UsageError(`${what}: give --yes, or look at them first with --dry-run.`, { helps: false });
}
