import type { Client } from "@imagetags/client";
import { EXIT, UsageError } from "../exit-code.ts";
import { ASKS_ABOVE, type EverywhereOptions } from "../options/everywhere-options.ts";
import type { OutputFormat } from "../output/output-format.ts";
import { createRowWriter } from "../output/row-writer.ts";
import { standardOutput } from "../output/standard-output.ts";
import { canAsk, confirm } from "../terminal/confirm.ts";
import { hearInterruption } from "../terminal/interruption.ts";
import { currentVerbosity, note } from "../terminal/notes.ts";
import { count, createProgress } from "../terminal/progress.ts";
import { RulesInTheWay, type TagStep } from "./rules-in-the-way.ts";
import { timeBeforeChanges } from "./undo-hint.ts";
import { interruptedExitCode, STOPPING, stoppedExitCode } from "./stopped.ts";
import { changeColumns, changeRow, makeChanges, type TagChange } from "./tag-change.ts";

/** One kind of change that many images may undergo, and the words for it. */
export interface ChangeKind {
  /** The changes to make; the signal ends the search. */
  readonly find: (client: Client, signal: AbortSignal) => AsyncIterable<TagChange>;
  readonly make: (client: Client, change: TagChange) => Promise<string>;
  /** What a change does to tags, which rules may forbid. */
  readonly steps: (change: TagChange) => readonly TagStep[];
  /** Whether the choice of images is so wide that a person is asked in any case. */
  readonly asksAlways?: boolean;
  /** What takes it back, of changes made from a time on. */
  readonly undo?: (since: string) => string | undefined;
  readonly words: {
    /** "Removing" */
    readonly doing: string;
    /** "removal" */
    readonly one: string;
    /** "removed" */
    readonly done: string;
    /** "of old from" */
    readonly question: string;
    /** What is said when there is nothing to change. */
    readonly none: string;
    /** What is said at the end of how many changes were made. */
    readonly summary: (made: number) => string;
    readonly sentence: (change: TagChange, result: string) => string;
  };
}

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
  const changes = await found(kind.find(client, signal)).catch((error: unknown) => {
    if (signal.aborted) note(nothingDone);
    throw error;
  });
  if (dryRun) return await showChanges(client, changes, kind, format);
  const asks = changes.length > ASKS_ABOVE || (kind.asksAlways === true && changes.length > 0);
  if (asks && !yes && !(await isAgreed(changes, words, signal))) {
    note(nothingDone);
    return signal.aborted ? interruptedExitCode(signal.reason) : EXIT.failed;
  }
  const tellsUndo = kind.undo !== undefined && format === "table" && currentVerbosity() !== "quiet";
  const since = tellsUndo && changes.length > 0 ? await timeBeforeChanges(client) : undefined;
  const done = await makeChanges({
    changes,
    make: (change) => kind.make(client, change),
    label: words.doing,
    format,
    concurrency,
    signal,
    sentence: words.sentence,
    isMany: true,
  });
  const hint = since === undefined || done.made === 0 ? undefined : kind.undo?.(since);
  if (signal.aborted) {
    if (hint !== undefined) note(hint);
    return stoppedExitCode(signal, done, changes.length);
  }
  if (format === "table" && currentVerbosity() !== "quiet") {
    const failures = done.failed === 0 ? "" : ` ${count(done.failed)} failed.`;
    const summary = changes.length === 0 ? words.none : words.summary(done.made) + failures;
    await standardOutput().write(`${summary}\n`);
    if (hint !== undefined) note(hint);
  }
  return done.failed === 0 ? EXIT.done : EXIT.failed;
}

async function found(source: AsyncIterable<TagChange>): Promise<TagChange[]> {
  using progress = createProgress({ label: "Finding images:" });
  const changes: TagChange[] = [];
  for await (const change of source) {
    changes.push(change);
    progress.update(changes.length);
  }
  return changes;
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

async function showChanges(
  client: Client,
  changes: readonly TagChange[],
  { words: { one, done, none }, steps }: ChangeKind,
  format: OutputFormat,
): Promise<number> {
  const rules = new RulesInTheWay(client);
  const refusals = new Map<TagChange, string>();
  for (const change of changes) {
    const refusal = await rules.refusal(change.owner, steps(change));
    if (refusal !== undefined) refusals.set(change, refusal.message);
  }
  const all = format === "table" ? ["result", "error"] : ["error"];
  const hidden = refusals.size > 0 ? [] : all;
  const columns = changeColumns(changes).filter((column) => !hidden.includes(column));
  const writer = await createRowWriter(format, columns, standardOutput());
  for (const change of changes) {
    const refusal = refusals.get(change);
    const result = refusal === undefined ? `would be ${done}` : "would be refused";
    await writer.write(changeRow(change, result, refusal));
  }
  await writer.end();
  const ruled = refusals.size === 0 ? "" : `, of which rules forbid ${count(refusals.size)}`;
  const what = changes.length === 0 ? none : `${plural(changes.length, one)} to make${ruled}.`;
  note(`${what} Nothing was ${done}.`);
  return EXIT.done;
}

/** A number of things: "1 removal", "1,000 removals". */
export function plural(number: number, one: string): string {
  return `${count(number)} ${one}${number === 1 ? "" : "s"}`;
}

/** A number of images. */
export function images(number: number): string {
  return plural(number, "image");
}
