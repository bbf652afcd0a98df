// Histories of callers of the server, with Glance saving the same images all the while.
import assert from "node:assert/strict";
import { findOrder } from "@imagetags/testing/history/find-order";
import { runHistory } from "@imagetags/testing/history/run-history";
import type { Setting } from "./setting.ts";

const QUOTA = 128;
const STEPS = 2_000_000;

export async function historyChecks({
  checks: { check },
  on,
  inFront,
  servers: asked,
  token,
  atGlance,
  rounds,
}: Setting) {
  await check(
    `${on}: what the server answers beside Glance's saves is one order for each image`,
    async () => {
      const stopping = new AbortController();
      let saves = 0;
      const others: number[] = [];
      const writers = Array.from({ length: 2 }, async () => {
        for (let turn = 0; !stopping.signal.aborted; turn += 1) {
          const { body } = await atGlance.send("GET", "/v2/images?limit=4");
          for (const { id } of body.images) {
            const change = [{ op: "replace", path: "/name", value: `turn ${turn}` }];
            const { status } = await atGlance.patch(id, change);
            if (status === 200) saves += 1;
            else others.push(status);
          }
        }
      });
      const servers = asked.map(({ port }, index) => ({ name: `server ${index}`, port: () => port }));
      try {
        for (let seed = 1; seed <= Math.max(2, rounds / 4); seed += 1) {
          const plan = {
            callers: 6,
            images: 2,
            length: 30,
            quota: QUOTA,
            seed,
            folds: on !== "PostgreSQL",
            keepsImages: inFront,
          };
          for (const { imageId, recorded } of await runHistory({ servers, tokens: [token], ...plan })) {
            const { verdict } = findOrder(recorded, { quota: QUOTA, steps: STEPS });
            assert.equal(verdict, "ordered", `image ${imageId}, seed ${seed}`);
          }
        }
      } finally {
        stopping.abort();
        await Promise.all(writers);
      }
      console.log(`    ${saves} saves of Glance's beside it, ${others.length} others: ${others.join()}`);
      assert.ok(saves > 0);
      // An image that was deleted meanwhile is 404, and one of which a tag was removed between two reads of Glance's.
      assert.deepEqual(new Set(others.filter((status) => status !== 404)), new Set());
    },
  );
}
