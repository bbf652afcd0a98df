import { findImage, lastMove, moveTag, type Client, type MovedTag, type PastMove } from "@imagetags/client";
import { EXIT, UsageError } from "../exit-code.ts";
import type { OutputFormat } from "../output/output-format.ts";
import { createRowWriter } from "../output/row-writer.ts";
import { safeText } from "../output/safe-text.ts";
import { standardOutput } from "../output/standard-output.ts";
import { canAsk, confirm } from "../terminal/confirm.ts";
import { hearInterruption } from "../terminal/interruption.ts";
import { currentVerbosity, note } from "../terminal/notes.ts";
import { interruptedExitCode } from "./stopped.ts";
import { commandLine, timeBeforeChanges } from "./undo-hint.ts";
import { describeImage } from "./change-words.ts";

interface Asked {
  readonly tag: string;
  /** The only image that may bear it. */
  readonly from: string | undefined;
  readonly format: OutputFormat;
}

const COLUMNS = ["tag", "from", "to"];

/** Moves a tag to an image. */
export async function moveTo(
  client: Client,
  { tag, to, from, format }: Asked & { readonly to: string },
): Promise<number> {
  const target = await findImage(client, to);
  const source = from === undefined ? undefined : await findImage(client, from);
  const moved = await moveTag(client, tag, { to: target.id, from: source?.id });
  await tell(client, moved, format);
  const tellsBack = moved.from.length === 1 && format === "table" && currentVerbosity() !== "quiet";
  const back = tellsBack
    ? commandLine(["move", "--back", ...(tag.startsWith("-") ? ["--"] : []), tag])
    : undefined;
  if (back !== undefined && (await timeBeforeChanges(client)) !== undefined) note(`To move it back: ${back}`);
  return EXIT.done;
}

/** Moves a tag to where its last move took it from, if it is still where that left it. */
export async function moveBack(
  client: Client,
  { tag, from, yes, format }: Asked & { readonly yes: boolean },
): Promise<number> {
  const bearer = from === undefined ? undefined : (await findImage(client, from)).id;
  const last = await lastMove(client, tag, { to: bearer });
  if (last === undefined) throw new Error(`The history has no move of ${tag}: say --to which image.`);
  const [origin, ...others] = last.from;
  if (origin === undefined || others.length > 0) throw new Error(takenFromSeveral(tag, last));
  const question = `This moves ${safeText(tag)} back from ${await named(client, last.to)} to ${await named(client, origin)}, where it was until ${last.time}`;
  if (!yes) {
    if (!canAsk()) throw new UsageError(`${question}: give --yes.`, { helps: false });
    using interruption = hearInterruption(() => undefined);
    const { signal } = interruption;
    if (!(await confirm(`${question}. Go on?`, signal))) {
      note("Nothing was moved.");
      return signal.aborted ? interruptedExitCode(signal.reason) : EXIT.failed;
    }
  }
  await tell(client, await moveTag(client, tag, { to: origin, from: last.to }), format);
  return EXIT.done;
}

function takenFromSeveral(tag: string, { from, time }: PastMove): string {
  const undo = commandLine(["undo", "--since", time, "--tag", tag]);
  const how = undo === undefined ? "" : ` To bring each back by itself: ${undo}`;
  return `The last move took ${tag} from ${from.length} images, and a move can bring it back to one: say --to which.${how}`;
}

/** Says what a move did. */
async function tell(client: Client, { tag, to, from }: MovedTag, format: OutputFormat): Promise<void> {
  const sink = standardOutput();
  if (format !== "table") {
    const writer = await createRowWriter(format, COLUMNS, sink);
    await writer.write({ tag, from: [...from], to });
    await writer.end();
  } else if (currentVerbosity() !== "quiet") {
    const origins = await Promise.all(from.map((id) => named(client, id)));
    const sentence =
      from.length === 0
        ? `${safeText(tag)} is on ${await named(client, to)} already, and on no other image of its project.`
        : `Moved ${safeText(tag)} from ${origins.join(", ")} to ${await named(client, to)}.`;
    await sink.write(`${sentence}\n`);
  }
}

/** An image by its name and id; one that is deleted by its id alone. */
async function named(client: Client, imageId: string): Promise<string> {
  const reply = await client.images.show({ params: { image_id: imageId } });
  return describeImage({ imageId, imageName: reply.status === 200 ? reply.body.name : undefined });
}
