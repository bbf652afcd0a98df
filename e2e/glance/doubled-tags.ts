// A tag in several rows, as racing requests leave it in Glance's table, which has no unique key for it.
import assert from "node:assert/strict";
import type { Setting } from "./setting.ts";

const ROUNDS = 5;
const AT_ONCE = 4;
const HOLD_SECONDS = 2;

export async function doubledTagChecks({ checks: { check }, mariadb, database, glance, ours }: Setting) {
  await check(
    "a tag that racing requests doubled, where Glance answers 500, is removed by one DELETE here",
    async () => {
      const { id, tag, rows } = await doubled();
      console.log(`    Glance stored one tag in ${rows} rows`);
      assert.equal(await glance.removeTag(id, tag), 500);
      assert.deepEqual(await ours.tags(id), [tag]);
      assert.equal(await ours.removeTag(id, tag), 204);
      assert.equal(await ours.removeTag(id, tag), 404);
      assert.deepEqual([await ours.tags(id), await glance.tags(id)], [[], []]);
      assert.deepEqual([await glance.addTag(id, tag), await glance.removeTag(id, tag)], [204, 204]);
    },
  );

  /**
   * Sends one PUT several times at once while MariaDB holds back what is written to `image_tags`: then each
   * has looked for the tag before any of them stores it. When they arrive late, it is tried again.
   */
  async function doubled() {
    for (let round = 1; round <= ROUNDS; round += 1) {
      const id = await glance.create({ name: "doubled" });
      const tag = `raced-${round}`;
      const held = mariadb.query(
        `LOCK TABLES image_tags READ; SELECT SLEEP(${HOLD_SECONDS * round}); UNLOCK TABLES`,
        database,
      );
      const statuses = await Promise.all(Array.from({ length: AT_ONCE }, () => glance.addTag(id, tag)));
      await held;
      assert.deepEqual(new Set(statuses), new Set([204]));
      const [[count] = []] = await mariadb.query(
        `SELECT COUNT(*) FROM image_tags WHERE image_id = '${id}' AND value = '${tag}' AND NOT deleted`,
        database,
      );
      if (Number(count) > 1) return { id, tag, rows: Number(count) };
    }
    throw new Error(`Glance doubled no tag in ${ROUNDS} rounds of ${AT_ONCE} requests.`);
  }
}
