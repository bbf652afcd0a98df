import {
  cloudTags,
  findImage,
  images,
  NotServedError,
  RefusedError,
  type Client,
  type Image,
} from "@imagetags/client";
import { isUnsafe } from "../output/safe-text.ts";
import type { Candidate, Place } from "./candidates.ts";

/** How many images a request asks for: the most that servers give. */
const PAGE = 1000;

/**
 * The image names or tags that may stand at a place and begin with the typed text. The newest images come first. A
 * search that the signal ends gives what was found so far.
 */
export async function cloudWords(
  client: Client,
  place: Extract<Place, { kind: "images" | "tags" }>,
  typed: string,
  signal: AbortSignal,
): Promise<Candidate[]> {
  if (place.kind === "tags" && place.image !== undefined) {
    return words((await findImage(client, place.image, { signal })).tags);
  }
  const listed = place.kind === "tags" ? await tagsBeginning(client, typed, signal) : undefined;
  if (listed !== undefined) return words(listed);
  const seen: Image[] = [];
  try {
    for await (const image of images(client, { limit: PAGE }, { signal })) seen.push(image);
  } catch (error) {
    if (!signal.aborted) throw error;
  }
  if (place.kind === "tags") return words(seen.flatMap(({ tags }) => tags));
  const names = uniqueNames(seen).filter((name) => name.startsWith(typed));
  // Ids are offered only where no name begins with the typed text.
  return names.length > 0 || typed === "" ? words(names) : idWords(seen);
}

/** The tags that begin with the typed text, from the server's own list; `undefined` where it has none for the caller. */
async function tagsBeginning(
  client: Client,
  typed: string,
  signal: AbortSignal,
): Promise<string[] | undefined> {
  const found: string[] = [];
  try {
    for await (const { name } of cloudTags(client, { name: `${typed}*` }, { signal })) found.push(name);
  } catch (error) {
    if (error instanceof NotServedError || error instanceof RefusedError) return undefined;
    if (!signal.aborted) throw error;
  }
  return found;
}

/** A name of several images would be ambiguous. */
function uniqueNames(seen: readonly Image[]): string[] {
  const names = seen.flatMap(({ name }) => name ?? []);
  const once = new Set<string>();
  const again = new Set(names.filter((name) => once.size === once.add(name).size));
  return names.filter((name) => !again.has(name));
}

function idWords(seen: readonly Image[]): Candidate[] {
  return seen.map(({ id, name }) => (typeof name === "string" ? { word: id, meaning: name } : { word: id }));
}

function words(values: readonly string[]): Candidate[] {
  return [...new Set(values)].toSorted().map((word) => ({ word }));
}

/** Whether a word can be typed. A word with characters that a terminal would obey is not offered. */
export function isTypable({ word, meaning = "" }: Candidate): boolean {
  return word !== "" && !isUnsafe(word) && !isUnsafe(meaning);
}
