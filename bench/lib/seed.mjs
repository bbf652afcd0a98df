import { randomUUID } from "node:crypto";

/** Few enough for an image in real use: Glance allows 128 by default. */
const TAGS_PER_IMAGE = 100;
/** How many requests of the seeding are under way at once. */
const WORKERS = 8;

/**
 * An image made for a measure, with the tags it was given.
 * @typedef {{ id: string, tags: string[] }} SeededImage
 */

/** Makes and looks at images over the server's own API. */
export class Seeder {
  #base;
  #headers;

  /**
   * @param {number} port
   * @param {string} token
   */
  constructor(port, token) {
    this.#base = `http://127.0.0.1:${port}/v2/images`;
    this.#headers = { "X-Auth-Token": token, "Content-Type": "application/json" };
  }

  /**
   * Makes images that bear so many tags in all.
   * @param {number} count
   * @param {number} perImage
   * @returns {Promise<SeededImage[]>}
   */
  async makeTags(count, perImage = TAGS_PER_IMAGE) {
    const images = Array.from({ length: Math.ceil(count / perImage) }, (_, index) => ({
      id: randomUUID(),
      tags: tagNames(Math.min(perImage, count - index * perImage)),
    }));
    await forEach(images, async ({ id, tags }) => {
      await this.#ask("", 201, { method: "POST", body: JSON.stringify({ id, name: "bench", tags }) });
    });
    return images;
  }

  /**
   * Counts the tags that the images still bear.
   * @param {readonly SeededImage[]} images
   */
  async countTags(images) {
    let count = 0;
    await forEach(images, async ({ id }) => {
      const { tags } = await this.#ask(`/${id}/tags`, 200, {});
      count += tags.length;
    });
    return count;
  }

  /**
   * @param {string} path
   * @param {number} expected
   * @param {RequestInit} init
   */
  async #ask(path, expected, init) {
    const response = await fetch(`${this.#base}${path}`, { ...init, headers: this.#headers });
    const text = await response.text();
    if (response.status !== expected) throw new Error(`seeding: ${response.status} ${text}`);
    return JSON.parse(text);
  }
}

/** @param {number} count */
function tagNames(count) {
  return Array.from({ length: count }, (_, index) => `build-2026.${String(index).padStart(3, "0")}`);
}

/**
 * @template Item
 * @param {readonly Item[]} items
 * @param {(item: Item) => Promise<void>} work
 */
async function forEach(items, work) {
  const queue = items.values();
  await Promise.all(
    Array.from({ length: WORKERS }, async () => {
      for (const item of queue) await work(item);
    }),
  );
}
