import type { Client } from "@imagetags/client";
import { isUnsafe } from "../output/safe-text.ts";

/** Words that no shell reads as anything else. */
const PLAIN = /^(?:--)?[\w.:@%+,/][\w.:@%+,/-]*$|^--$/;

/**
 * A time by the server's clocks that comes after all changes of tags so far; `undefined` where the server cannot undo
 * any. Nobody is told where that is not to be found out.
 */
export async function timeBeforeChanges(client: Client): Promise<string | undefined> {
  try {
    const reply = await client.tagEvents.list({ query: { limit: 1 } });
    if (reply.status !== 200 || reply.body.source !== "events") return undefined;
    const [newest] = reply.body.tag_events;
    return newest === undefined ? "1970-01-01T00:00:00Z" : nextMicrosecond(newest.time);
  } catch {
    return undefined;
  }
}

/** Whether the server records what becomes of tags, so that it can be undone. */
export async function recordsChanges(client: Client): Promise<boolean> {
  return (await timeBeforeChanges(client)) !== undefined;
}

/** What was done: in a request, or with tags from a time on. */
type Undoable = { readonly request: string } | { readonly since: string; readonly tags: readonly string[] };

/** The command that takes it back. */
export function undoHint(what: Undoable): string | undefined {
  const words =
    "request" in what
      ? ["--request", what.request]
      : ["--since", what.since, ...what.tags.flatMap((tag) => ["--tag", tag])];
  const command = commandLine(["undo", ...words]);
  return command === undefined ? undefined : `To undo it: ${command}`;
}

/** A command as a person can type it; `undefined` where a word has what cannot be shown. */
export function commandLine(words: readonly string[]): string | undefined {
  return words.some((word) => isUnsafe(word)) ? undefined : ["imagetags", ...words.map(quoted)].join(" ");
}

/** The server's times have microseconds; JavaScript's have none. */
function nextMicrosecond(time: string): string {
  const [, whole = "", within = ""] = /^(.+\.\d{3})(\d{3})Z$/.exec(time) ?? [];
  if (whole === "") return time;
  if (within !== "999") return `${whole}${String(Number(within) + 1).padStart(3, "0")}Z`;
  return `${new Date(Date.parse(`${whole}Z`) + 1).toISOString().slice(0, -1)}000Z`;
}

function quoted(word: string): string {
  return PLAIN.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
