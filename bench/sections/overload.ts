import { offer, offerByWrk, OFFERING_CONNECTIONS } from "../lib/offer.ts";
import { startOurs } from "../lib/our-server.ts";
import { removalsOf } from "../lib/requests.ts";
import { sendAll } from "../lib/send-all.ts";
import { alignColumns } from "../lib/table.ts";
import { hasWrk } from "../lib/wrk.ts";
import type { Section } from "../lib/section.ts";

const CONNECTIONS = 128;
/** What is offered, in parts of what the server can do. */
const SHARES = [0.25, 0.5, 0.75, 1, 1.5, 2, 3, 4];
const SHORT_SHARES = [1, 4];
const SECONDS = 3;
const SHORT_SECONDS = 1;

const COLUMNS = ["of capacity", "offered/s", "204/s", "503/s"];
const P99 = {
  wrk: ["p99 ms"],
  own: ["204 p99 ms", "503 p99 ms"],
} as const;

export const overload: Section = {
  name: "overload",
  summary: "removals that come at a rate of their own, to four times what the server can do",
  async run({ short }, stack) {
    const { token, port, seeder } = await startOurs(stack);
    const remove = async (count: number) =>
      sendAll(port, removalsOf(await seeder.makeTags(count), token), CONNECTIONS);
    await remove(short ? 200 : 5_000);
    const { done, seconds } = await remove(short ? 1_000 : 20_000);
    const capacity = done / seconds;
    const byWrk = hasWrk();
    const rows = [];
    for (const share of short ? SHORT_SHARES : SHARES) {
      const rate = capacity * share;
      const duration = short ? SHORT_SECONDS : SECONDS;
      // wrk may take up a few more than there is time for.
      const count = Math.ceil(rate * duration) + (byWrk ? OFFERING_CONNECTIONS : 0);
      const images = await seeder.makeTags(count);
      const requests = removalsOf(images, token);
      if (!byWrk) {
        rows.push({ share, ...(await offer(port, requests, rate)) });
        continue;
      }
      const { removed, ...offered } = await offerByWrk(port, requests, rate, duration);
      const gone = count - (await seeder.countTags(images));
      if (gone < removed.least || gone > removed.most) {
        throw new Error(`${gone} tags are gone, not ${removed.least} to ${removed.most}.`);
      }
      rows.push({ share, ...offered });
    }
    const most = Math.max(...rows.map(({ served }) => served));
    const last = rows.at(-1)?.served ?? NaN;
    const lines = rows.map((row) =>
      [row.share, row.offered, row.served, row.refused, ...row.p99s].map((value, column) =>
        Number.isNaN(value) ? "" : value.toFixed(column === 0 ? 2 : column < 4 ? 0 : 1),
      ),
    );
    const headings = [...COLUMNS, ...P99[byWrk ? "wrk" : "own"]];
    const by = byWrk ? "wrk, paced by its script" : "the bench's own generator; wrk is not installed";
    return {
      figures: [
        {
          name: "served at 4 times the load, to the most served",
          measured: last / most,
          target: { atLeast: 0.8 },
        },
      ],
      text: `Removals at a rate of their own, sent by ${by}; the server can do ${capacity.toFixed(0)} per second\n\n${alignColumns([headings, ...lines], -1)}`,
      charts: [
        {
          file: "overload.svg",
          panels: [
            {
              title: "Answers per second",
              xLabel: "removals offered per second",
              series: [
                { name: "204", points: rows.map(({ offered, served }) => [offered, served]) },
                { name: "503", points: rows.map(({ offered, refused }) => [offered, refused]) },
              ],
            },
          ],
        },
      ],
      data: { capacity, rows },
    };
  },
};
