import { randomUUID } from "node:crypto";

/** Where the server's own store is; it is run here to make images quickly. */
const STORE = new URL("../../apps/server/dist/store/sqlite/open.js", import.meta.url);
/** How many images are made in one transaction. */
const AT_ONCE = 500;
/** How many images bear the tag `few`, however many there are. */
const FEW = 100;

/** The tags that lists are asked for, and how many of so many images bear each. */
export const TAGS = [
  { tag: "nobody", bornBy: "nobody", count: () => 0 },
  { tag: "few", bornBy: `${FEW} images`, count: () => FEW },
  { tag: "tenth", bornBy: "one image in ten", count: (/** @type {number} */ images) => images / 10 },
];

/** How many tags an image bears. */
export const TAGS_PER_IMAGE = 5;

/**
 * Makes a database of so many images, a second apart, whose tags are spread evenly over them.
 * @param {string} path
 * @param {number} count
 */
export async function seedImages(path, count) {
  const { openSqlite } = await import(STORE.href);
  let now = Date.UTC(2026, 0, 1);
  const { store } = await openSqlite(path, () => new Date((now += 1_000)));
  for (let start = 0; start < count; start += AT_ONCE) {
    const length = Math.min(AT_ONCE, count - start);
    await Promise.all(Array.from({ length }, (_, index) => store.createImage(imageAt(start + index, count))));
  }
  await store.close();
}

/**
 * @param {number} index
 * @param {number} count
 */
function imageAt(index, count) {
  return {
    id: randomUUID(),
    name: `image-${index}`,
    status: "active",
    visibility: "shared",
    owner: "bench",
    protected: false,
    osHidden: false,
    size: index,
    virtualSize: null,
    diskFormat: "qcow2",
    containerFormat: "bare",
    checksum: null,
    osHashAlgo: null,
    osHashValue: null,
    minDisk: 0,
    minRam: 0,
    tags: [
      `own-${index}`,
      `pair-${Math.floor(index / 2)}`,
      `kind-${index % 50}`,
      index % 10 === 3 ? "tenth" : `no-tenth-${index}`,
      index % (count / FEW) === 0 ? "few" : `not-few-${index}`,
    ],
    properties: new Map([["os_distro", "debian"]]),
  };
}
