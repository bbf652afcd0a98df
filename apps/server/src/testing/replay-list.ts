import { randomBytes, randomUUID } from "node:crypto";
import { openSqlite } from "../store/sqlite/open.ts";
import type { CorpusRecord } from "./corpus.ts";
import { newImage } from "./make-image.ts";

/**
 * Makes the images of the recorded lists, and returns what each name in the record stands for here: `{list-a}`
 * for the id of the image of that name, `{mark}` for the beginning of all their tags. Glance's MariaDB found
 * each of them by `{mark}a`, whose tag is equal under its collation.
 */
export async function arrangeList(
  databasePath: string,
  { name }: CorpusRecord,
): Promise<ReadonlyMap<string, string>> {
  const mark = `m${randomBytes(6).toString("hex")}-`;
  const ids = new Map([
    ["{mark}", mark],
    ["{project:alpha}", "alpha"],
  ]);
  // A list is in the order of times, so no two images are made in one millisecond.
  let time = Date.now();
  const { store } = await openSqlite(databasePath, { clock: () => new Date((time += 1)) });
  try {
    for (const [image, tags] of Object.entries({
      "list-space": [`${mark}a `],
      "list-case": [`${mark}A`],
      "list-a": name.endsWith("-after-delete") ? [] : [`${mark}a`],
      "list-accent": [`${mark}á`],
      "list-ab": [`${mark}a`, `${mark}b`],
      "cross-empty": [""],
    })) {
      const id = randomUUID();
      await store.createImage(newImage({ id, name: image, tags }));
      ids.set(`{${image}}`, id);
    }
  } finally {
    await store.close();
  }
  return ids;
}
