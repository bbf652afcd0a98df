import { findImage, type Client, type Image } from "@imagetags/client";
import { isUnsafe } from "../output/safe-text.ts";
import type { Candidate, Place } from "./candidates.ts";

/** One request is enough for what a person looks through; the newest images come first. */
const IMAGES = 1000;

/** The names of images, or the tags, that may stand at a place. */
export async function cloudWords(
  client: Client,
  place: Extract<Place, { kind: "images" | "tags" }>,
  typed: string,
): Promise<Candidate[]> {
  if (place.kind === "tags" && place.image !== undefined) {
    return words((await findImage(client, place.image)).tags);
  }
  const reply = await client.images.list({ query: { limit: IMAGES } });
  if (reply.status !== 200) return [];
  const { images } = reply.body;
  if (place.kind === "tags") return words(images.flatMap(({ tags }) => tags));
  return [...words(uniqueNames(images)), ...(typed === "" ? [] : idWords(images))];
}

/** A name that several images have is no way to name one. */
function uniqueNames(images: readonly Image[]): string[] {
  const names = images.flatMap(({ name }) => name ?? []);
  const seen = new Set<string>();
  const again = new Set(names.filter((name) => seen.size === seen.add(name).size));
  return names.filter((name) => !again.has(name));
}

function idWords(images: readonly Image[]): Candidate[] {
  return images.map(({ id, name }) =>
    typeof name === "string" ? { word: id, meaning: name } : { word: id },
  );
}

function words(values: readonly string[]): Candidate[] {
  return [...new Set(values)].toSorted().map((word) => ({ word }));
}

/** Whether a word can be typed: what would not stand still on a terminal is not offered. */
export function isTypable({ word, meaning = "" }: Candidate): boolean {
  return word !== "" && !isUnsafe(word) && !isUnsafe(meaning);
}
