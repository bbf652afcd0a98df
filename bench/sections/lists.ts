import { startServer } from "@imagetags/testing/server/start-server";
import { temporaryFolder } from "@imagetags/testing/temporary-folder";
import { newToken, ourServer } from "../lib/contestants.ts";
import { seedImages, TAGS, TAGS_PER_IMAGE } from "../lib/seed-images.ts";
import { median } from "../lib/statistics.ts";
import { alignColumns } from "../lib/table.ts";
import { ListTimer } from "../lib/time-lists.ts";
import type { Section } from "../lib/section.ts";

/** How many images a page has at most. */
const LIMIT = 100;
/** How many images there are: few, and many. */
const SIZES = [1_000, 100_000];
const SHORT_SIZES = [1_000, 5_000];

export const lists: Section = {
  name: "lists",
  summary: "a list by tag over 100,000 images, beside the same list over 1,000",
  async run({ short, rounds }, stack) {
    const sizes = short ? SHORT_SIZES : SIZES;
    const contestants = await startOver(sizes, stack);
    const rows = TAGS.map(({ tag, bornBy, count }) => ({
      bornBy,
      query: `tag=${tag}&limit=${LIMIT}`,
      measures: contestants.map(({ images, timer }) => ({
        timer,
        listed: Math.min(LIMIT, count(images)),
        times: [] as number[],
      })),
    }));
    // In turn, so that what else the machine does falls on all. The first round warms up and is not kept.
    for (let round = 0; round <= rounds; round += 1) {
      for (const { query, measures } of rows) {
        for (const { timer, listed, times } of measures) {
          const time = await timer.time(query, short ? 5 : 40, listed);
          if (round > 0) times.push(time);
        }
      }
    }
    const medians = rows.map(({ bornBy, measures }) => {
      const [few = NaN, many = NaN] = measures.map(({ times }) => median(times));
      return { bornBy, few, many, ratio: many / few };
    });
    const worst = Math.max(...medians.map(({ ratio }) => ratio));
    const [few, many] = sizes.map((size) => size.toLocaleString("en"));
    const lines = medians.map((row) => [
      row.bornBy,
      row.few.toFixed(2),
      row.many.toFixed(2),
      row.ratio.toFixed(2),
    ]);
    return {
      figures: [{ name: "list by tag, 100,000 to 1,000 images", measured: worst, target: { atMost: 1.5 } }],
      text:
        `GET /v2/images?tag=x&limit=${LIMIT}: median milliseconds, images of ${TAGS_PER_IMAGE} tags each\n\n` +
        alignColumns([["tag borne by", `${few} images`, `${many} images`, "ratio"], ...lines], 0),
      data: medians,
    };
  },
};

/** Starts a server over a database of each size. */
async function startOver(sizes: readonly number[], stack: AsyncDisposableStack) {
  const folder = stack.use(temporaryFolder("bench"));
  const token = newToken();
  const contestants = [];
  for (const images of sizes) {
    const path = folder.at(`${images}.db`);
    await seedImages(path, images);
    const settings = { IMAGETAGS_DATABASE_URL: `sqlite:${path}` };
    const { port } = stack.use(await startServer(ourServer(token, settings)));
    const timer = new ListTimer(port, token);
    stack.defer(() => timer.close());
    contestants.push({ images, timer });
  }
  return contestants;
}
