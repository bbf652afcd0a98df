import type { GivenUp, GivenUpEvent } from "../../images/model/given-up.ts";

/** How many are read at once. */
const PAGE = 1_000;

/** Prints what was given up, oldest first: JSON has a line for each, so that a long list needs no memory. */
export async function listGivenUp(
  events: GivenUp,
  destination: string | undefined,
  output: "text" | "json",
): Promise<number> {
  let count = 0;
  let after: Parameters<GivenUp["list"]>[0]["after"];
  for (;;) {
    const page = await events.list({ destination, after, limit: PAGE });
    for (const one of page) process.stdout.write(output === "json" ? toJson(one) : toText(one));
    count += page.length;
    const last = page.at(-1);
    if (last === undefined || page.length < PAGE) break;
    after = { destination: last.destination, id: last.event.id };
  }
  if (count === 0 && output === "text") process.stdout.write("Nothing was given up.\n");
  return 0;
}

function toText({ destination, attempts, error, givenUpAt, event }: GivenUpEvent): string {
  const what = `${event.action} ${JSON.stringify(event.tag)}, image ${event.imageId}`;
  return (
    `${event.id}  ${destination}  ${what}\n` +
    `  changed ${timeOf(event)}, given up ${toSecond(givenUpAt)} after ${attempts} tries: ${error ?? "for no known reason"}\n`
  );
}

function toJson({ destination, attempts, error, givenUpAt, event }: GivenUpEvent): string {
  const { id, action, imageId: image_id, tag } = event;
  const times = { time: timeOf(event), given_up_at: toSecond(givenUpAt) };
  return `${JSON.stringify({ id, destination, action, image_id, tag, ...times, attempts, error })}\n`;
}

function timeOf({ microseconds }: GivenUpEvent["event"]): string {
  return toSecond(new Date(microseconds / 1_000));
}

function toSecond(time: Date): string {
  return `${time.toISOString().slice(0, 19)}Z`;
}
