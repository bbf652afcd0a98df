import { findImage, ImageNotFoundError, RefusedError, type Client, type Image } from "@imagetags/client";
import { EXIT } from "../exit-code.ts";
import { createRowWriter } from "../output/row-writer.ts";
import { safeText } from "../output/safe-text.ts";
import { standardOutput } from "../output/standard-output.ts";
import { currentVerbosity } from "../terminal/notes.ts";
import type { OneImage } from "./one-image.ts";
import { RulesInTheWay } from "./rules-in-the-way.ts";
import { changeColumns, changeRow, type TagChange } from "./tag-change.ts";
import { describeImage } from "./change-words.ts";

/** Gives an image exactly these tags, in one request: all of it is done, or nothing. */
export async function setTags(client: Client, options: OneImage): Promise<number> {
  const { image: idOrName, tags, dryRun, format } = options;
  const image = await findImage(client, idOrName);
  const wanted = [...new Set(tags)];
  const outcomes = difference(image, wanted);
  const isChanged = outcomes.some(([, result]) => result !== "had");
  if (isChanged && !dryRun) await replaceTags(client, image, wanted);
  if (dryRun) await refuseWhatRulesForbid(client, image, outcomes);

  const sink = standardOutput();
  const row = (tag: string): TagChange => ({ imageId: image.id, imageName: image.name, tag });
  if (format !== "table") {
    const writer = await createRowWriter(format, changeColumns([]), sink);
    for (const [tag, result] of outcomes) {
      await writer.write(changeRow(row(tag), dryRun && result !== "had" ? `would be ${result}` : result));
    }
    await writer.end();
  } else if (currentVerbosity() !== "quiet") {
    const name = describeImage(row(""));
    for (const [tag, result] of outcomes) {
      if (result !== "had") await sink.write(`${sentence(safeText(tag), result, name, dryRun)}\n`);
    }
    const already = wanted.length === 0 ? "bears no tag" : "bears exactly these tags";
    if (!isChanged) await sink.write(`${name} ${already} already.\n`);
  }
  return EXIT.done;
}

/** One request does all of it or nothing, so that one tag decides. */
async function refuseWhatRulesForbid(
  client: Client,
  { owner }: Image,
  outcomes: ReturnType<typeof difference>,
): Promise<void> {
  const steps = outcomes.flatMap(([tag, result]) =>
    result === "had" ? [] : [{ verb: result === "added" ? ("add" as const) : ("remove" as const), tag }],
  );
  const refusal = await new RulesInTheWay(client).refusal(owner, steps);
  if (refusal !== undefined) throw refusal;
}

/** What becomes of each tag that the image bears or is to bear. */
function difference(
  image: Image,
  wanted: readonly string[],
): (readonly [tag: string, result: "added" | "had" | "removed"])[] {
  const added = wanted.map((tag) => [tag, image.tags.includes(tag) ? "had" : "added"] as const);
  const surplus = image.tags.filter((tag) => !wanted.includes(tag)).toSorted();
  return [...added, ...surplus.map((tag) => [tag, "removed"] as const)];
}

async function replaceTags(client: Client, { id }: Image, tags: readonly string[]): Promise<void> {
  const reply = await client.images.update({
    params: { image_id: id },
    body: [{ op: "replace", path: "/tags", value: tags }],
  });
  if (reply.status === 200) return;
  if (reply.status === 404) throw new ImageNotFoundError(id);
  throw new RefusedError({
    status: reply.status,
    errorCode: reply.body.error.code,
    reason: reply.body.error.reason,
    message: reply.body.error.message,
    requestId: reply.headers.get("x-openstack-request-id") ?? undefined,
  });
}

function sentence(tag: string, result: "added" | "removed", image: string, dryRun: boolean): string {
  return result === "added"
    ? `${dryRun ? "Would add" : "Added"} ${tag} to ${image}.`
    : `${dryRun ? "Would remove" : "Removed"} ${tag} from ${image}.`;
}
