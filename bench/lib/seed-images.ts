import { fileURLToPath } from "node:url";
import { runToEnd } from "@imagetags/testing/processes/run-to-end";

/** Makes images by the server's own store. */
const PROGRAM = fileURLToPath(
  new URL("../../apps/server/src/testing/programs/seed-images.ts", import.meta.url),
);
/** How many images bear the tag `few`, however many there are. */
const FEW = 100;

/** The tags that lists are asked for, and how many of so many images bear each. */
export const TAGS = [
  { tag: "nobody", bornBy: "nobody", count: () => 0 },
  { tag: "few", bornBy: `${FEW} images`, count: () => FEW },
  { tag: "tenth", bornBy: "one image in ten", count: (images: number) => images / 10 },
];

/** How many tags an image bears. */
export const TAGS_PER_IMAGE = 5;

/** Makes a database of so many images, a second apart, whose tags are spread evenly over them. */
export async function seedImages(path: string, count: number): Promise<void> {
  await runToEnd(process.execPath, [PROGRAM, path, String(count), String(FEW)]);
}
