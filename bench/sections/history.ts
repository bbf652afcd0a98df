import { fileURLToPath } from "node:url";
import { runToEnd } from "@imagetags/testing/processes/run-to-end";
import { startServer } from "@imagetags/testing/server/start-server";
import { temporaryFolder } from "@imagetags/testing/temporary-folder";
import { newToken, ourServer } from "../lib/contestants.ts";
import type { Section } from "../lib/section.ts";
import { median } from "../lib/statistics.ts";
import { alignColumns } from "../lib/table.ts";
import { ListTimer } from "../lib/time-lists.ts";

const PROGRAM = fileURLToPath(
  new URL("../../apps/server/src/testing/programs/seed-events.ts", import.meta.url),
);

const LIMIT = 100;
/** How many events there are, few and many, and of how many images. */
const SIZES = [
  { events: 10_000, images: 100 },
  { events: 10_000_000, images: 100_000 },
] as const;
const SHORT_SIZES = [
  { events: 10_000, images: 100 },
  { events: 20_000, images: 200 },
] as const;

/** What is asked for: each has a hundred events, however many there are. */
const QUERIES = [
  { what: "the newest", query: "" },
  { what: "of an image", query: "&image_id=00000000-0000-4000-8000-000000000007" },
  { what: "of a common tag", query: "&tag=tag-7" },
  { what: "of a rare tag", query: "&tag=rare" },
  { what: "before a time", query: "&until=2023-11-14T22:13:20.5Z" },
];

export const history: Section = {
  name: "history",
  summary: "a list of tag events over 10,000,000 of them, beside the same list over 10,000",
  async run({ short, rounds }, stack) {
    const folder = stack.use(temporaryFolder("bench"));
    const token = newToken();
    const timers: ListTimer[] = [];
    for (const { events, images } of short ? SHORT_SIZES : SIZES) {
      const path = folder.at(`${events}.db`);
      await runToEnd(process.execPath, [PROGRAM, path, String(events), String(images)]);
      const settings = { IMAGETAGS_DATABASE_URL: `sqlite:${path}` };
      const { port } = stack.use(await startServer(ourServer(token, settings)));
      const timer = new ListTimer(port, token);
      stack.defer(() => timer.close());
      timers.push(timer);
    }
    const rows = QUERIES.map((query) => ({ ...query, times: timers.map(() => [] as number[]) }));
    // In turn, so that what else the machine does falls on all. The first round warms up and is not kept.
    for (let round = 0; round <= rounds; round += 1) {
      for (const { query, times } of rows) {
        for (const [index, timer] of timers.entries()) {
          const list = { path: `/v2/tag-events?limit=${LIMIT}${query}`, member: "tag_events" };
          const time = await timer.timeOf(list, short ? 5 : 40, LIMIT);
          if (round > 0) times[index]?.push(time);
        }
      }
    }
    const medians = rows.map(({ what, times }) => {
      const [few = NaN, many = NaN] = times.map((all) => median(all));
      return { what, few, many, ratio: many / few };
    });
    const worst = Math.max(...medians.map(({ ratio }) => ratio));
    const lines = medians.map(({ what, few, many, ratio }) => [
      what,
      few.toFixed(2),
      many.toFixed(2),
      ratio.toFixed(2),
    ]);
    const [few, many] = (short ? SHORT_SIZES : SIZES).map(({ events }) => events.toLocaleString("en"));
    return {
      figures: [{ name: "list of events, 10,000,000 to 10,000", measured: worst, target: { atMost: 1.5 } }],
      text:
        `GET /v2/tag-events?limit=${LIMIT}: median milliseconds on SQLite\n\n` +
        alignColumns([["events", `of ${few}`, `of ${many}`, "ratio"], ...lines], 0),
      data: medians,
    };
  },
};
