// A tag in several rows, as racing requests leave it in Glance's table, which has no unique key for it.
import assert from "node:assert/strict";

const ROUNDS = 40;
const AT_ONCE = 16;

/** @param {import("./run.mjs").Setting} setting */
export async function doubledTagChecks({ checks: { check }, mariadb, database, glance, ours }) {
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

  /** Sends one PUT many times at once, on image after image, until Glance has stored it twice. */
  async function doubled() {
    for (let round = 0; round < ROUNDS; round += 1) {
      const id = await glance.create({ name: "doubled" });
      const tag = `raced-${round}`;
      await Promise.all(Array.from({ length: AT_ONCE }, () => glance.addTag(id, tag)));
      const [[count] = []] = await mariadb.query(
        `SELECT COUNT(*) FROM image_tags WHERE image_id = '${id}' AND value = '${tag}' AND NOT deleted`,
        database,
      );
      if (Number(count) > 1) return { id, tag, rows: Number(count) };
    }
    throw new Error(`Glance doubled no tag in ${ROUNDS} rounds of ${AT_ONCE} requests.`);
  }
}
