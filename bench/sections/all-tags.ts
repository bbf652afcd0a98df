import { startServer } from "@imagetags/testing/server/start-server";
import { temporaryFolder } from "@imagetags/testing/temporary-folder";
import { newToken, ourServer } from "../lib/contestants.ts";
import { seedImages } from "../lib/seed-images.ts";
import type { Section } from "../lib/section.ts";
import { median } from "../lib/statistics.ts";
import { alignColumns } from "../lib/table.ts";
import { ListTimer } from "../lib/time-lists.ts";

const LIMIT = 100;
/** How many images there are, few and many; of each, two tags are its own. */
const SIZES = [1_000, 100_000];
const SHORT_SIZES = [1_000, 2_000];

/** What is asked for. The tags of the last are borne by more images where there are more, and each is counted. */
const QUERIES = [
  { what: "the first of a prefix", query: "name=own-1*", tags: LIMIT, isAlike: true },
  { what: "after a marker", query: "marker=own-5", tags: LIMIT, isAlike: true },
  { what: "a tag of 100 images", query: "name=few", tags: 1, isAlike: true },
  { what: "50 tags that all images bear one of", query: "name=kind-*", tags: 50, isAlike: false },
];

export const allTags: Section = {
  name: "all-tags",
  summary: "a list of all tags over 100,000 images, beside the same list over 1,000",
  async run({ short, rounds }, stack) {
    const sizes = short ? SHORT_SIZES : SIZES;
    const folder = stack.use(temporaryFolder("bench"));
    const token = newToken();
    const timers: ListTimer[] = [];
    for (const images of sizes) {
      const path = folder.at(`${images}.db`);
      await seedImages(path, images);
      const settings = { IMAGETAGS_DATABASE_URL: `sqlite:${path}` };
      const { port } = stack.use(await startServer(ourServer(token, settings)));
      const timer = new ListTimer(port, token);
      stack.defer(() => timer.close());
      timers.push(timer);
    }
    const rows = QUERIES.map((query) => ({ ...query, times: timers.map(() => [] as number[]) }));
    // In turn, so that what else the machine does falls on all. The first round warms up and is not kept.
    for (let round = 0; round <= rounds; round += 1) {
      for (const { query, tags, times } of rows) {
        for (const [index, timer] of timers.entries()) {
          const list = { path: `/v2/tags?limit=${LIMIT}&${query}`, member: "tags" };
          const time = await timer.timeOf(list, short ? 5 : 20, tags);
          if (round > 0) times[index]?.push(time);
        }
      }
    }
    const medians = rows.map(({ what, isAlike, times }) => {
      const [few = NaN, many = NaN] = times.map((all) => median(all));
      return { what, isAlike, few, many, ratio: many / few };
    });
    const worst = Math.max(...medians.filter(({ isAlike }) => isAlike).map(({ ratio }) => ratio));
    const lines = medians.map(({ what, few, many, ratio }) => [
      what,
      few.toFixed(2),
      many.toFixed(2),
      ratio.toFixed(2),
    ]);
    const [few, many] = sizes.map((size) => size.toLocaleString("en"));
    return {
      figures: [
        { name: "list of all tags, 100,000 to 1,000 images", measured: worst, target: { atMost: 1.5 } },
      ],
      text:
        `GET /v2/tags?limit=${LIMIT}: median milliseconds on SQLite\n\n` +
        alignColumns([["tags", `${few} images`, `${many} images`, "ratio"], ...lines], 0),
      data: medians,
    };
  },
};
