import { startOurs } from "../lib/our-server.ts";
import { missesOf, removalsOf } from "../lib/requests.ts";
import { sendAll } from "../lib/send-all.ts";
import { median } from "../lib/statistics.ts";
import type { Section } from "../lib/section.ts";

const CONNECTIONS = 32;

export const missingTag: Section = {
  name: "missing-tag",
  summary: "404 for a tag that the image does not bear, beside the removal of one that it bears",
  async run({ short, rounds }, stack) {
    const { token, port, seeder } = await startOurs(stack);
    const count = short ? 500 : 15_000;
    const ratios = [];
    // The first round warms up and is not kept.
    for (let round = 0; round <= rounds; round += 1) {
      const images = await seeder.makeTags(count);
      const removed = await sendAll(port, removalsOf(images, token), CONNECTIONS);
      const missed = await sendAll(port, missesOf(images, token, count), CONNECTIONS, 1, 404);
      if (round > 0) ratios.push(missed.done / missed.seconds / (removed.done / removed.seconds));
    }
    const name = `404 for a missing tag to the removal, ${CONNECTIONS} connections`;
    return { figures: [{ name, measured: median(ratios), target: { atLeast: 1.2 } }], data: ratios };
  },
};
