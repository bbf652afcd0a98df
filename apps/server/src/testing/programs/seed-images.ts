// This makes an SQLite database of images by the server's own store, which is quicker than asking a server. The
// arguments are the file, how many images, and how many of them bear the tag `few`.
import { randomUUID } from "node:crypto";
import type { NewImage } from "../../images/model/image-record.ts";
import { openSqlite } from "../../store/sqlite/open.ts";

/** The images that are made in one transaction. */
const AT_ONCE = 500;

const [path = "", ...numbers] = process.argv.slice(2);
const [count = 0, few = 0] = numbers.map(Number);

/** Images are made a second apart. */
let now = Date.UTC(2026, 0, 1);
const { store } = await openSqlite(path, { clock: () => new Date((now += 1_000)) });
for (let start = 0; start < count; start += AT_ONCE) {
  const length = Math.min(AT_ONCE, count - start);
  await Promise.all(Array.from({ length }, (_, index) => store.createImage(imageAt(start + index))));
}
await store.close();

/** An image whose five tags are spread evenly over all images. */
function imageAt(index: number): NewImage {
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
      index % (count / few) === 0 ? "few" : `not-few-${index}`,
    ],
    properties: new Map([["os_distro", "debian"]]),
  };
}
