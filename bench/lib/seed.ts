import { randomUUID } from "node:crypto";

/** Few enough for an image in real use: Glance allows 128 by default. */
const TAGS_PER_IMAGE = 100;
/** How many requests of the seeding are under way at once. */
const WORKERS = 8;

/** An image made for a measure, with the tags it was given. */
export type SeededImage = { id: string; tags: string[] };

/** Makes and looks at images over the server's own API. */
export class Seeder {
  #base;
  #headers;

  constructor(port: number, token: string) {
    this.#base = `http://127.0.0.1:${port}/v2/images`;
    this.#headers = { "X-Auth-Token": token, "Content-Type": "application/json" };
  }

  /** Makes images that bear so many tags in all. */
  async makeTags(count: number, perImage: number = TAGS_PER_IMAGE): Promise<SeededImage[]> {
    const images = Array.from({ length: Math.ceil(count / perImage) }, (_, index) => ({
      id: randomUUID(),
      tags: tagNames(Math.min(perImage, count - index * perImage)),
    }));
    await forEach(images, async ({ id, tags }) => {
      await this.#ask("", 201, { method: "POST", body: JSON.stringify({ id, name: "bench", tags }) });
    });
    return images;
  }

  /** Counts the tags that the images still bear. */
  async countTags(images: readonly SeededImage[]) {
    let count = 0;
    await forEach(images, async ({ id }) => {
      const { tags } = await this.#ask(`/${id}/tags`, 200, {});
      count += tags.length;
    });
    return count;
  }

  async #ask(path: string, expected: number, init: RequestInit) {
    const response = await fetch(`${this.#base}${path}`, { ...init, headers: this.#headers });
    const text = await response.text();
    if (response.status !== expected) throw new Error(`seeding: ${response.status} ${text}`);
    return JSON.parse(text);
  }
}

function tagNames(count: number) {
  return Array.from({ length: count }, (_, index) => `build-2026.${String(index).padStart(3, "0")}`);
}

async function forEach<Item>(items: readonly Item[], work: (item: Item) => Promise<void>) {
  const queue = items.values();
  await Promise.all(
    Array.from({ length: WORKERS }, async () => {
      for (const item of queue) await work(item);
    }),
  );
}
