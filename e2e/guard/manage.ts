// What operators do to Glance's database, with the guard on.
import assert from "node:assert/strict";
import { FORMATS, type Setting } from "./setting.ts";

export async function manageChecks({
  checks: { check },
  on,
  glance,
  atGlance,
  atOurs,
  guard,
  query,
  rounds,
}: Setting) {
  await check(
    `${on}: glance-manage db_sync and db purge work, leave the guard on, and what was removed stays so`,
    async () => {
      const id = await atGlance.create({ name: "managed", tags: ["kept", "gone"], ...FORMATS });
      assert.equal(await atOurs.removeTag(id, "gone"), 204);
      await glance.manage("db_sync");
      const gone = `image_tags WHERE image_id = '${id}' AND value = 'gone'`;
      await query(`UPDATE ${gone.replace("WHERE", "SET deleted_at = '2020-01-01 00:00:00' WHERE")}`);
      await glance.manage("db", "purge", "--age_in_days", "1");
      assert.deepEqual(await query(`SELECT count(*) FROM ${gone}`), [["0"]]);
      assert.equal(
        (await atGlance.patch(id, [{ op: "replace", path: "/name", value: "saved" }])).status,
        200,
      );
      await glance.manage("db", "check").catch(() => undefined);
      assert.equal(await guard("status"), 0);
      assert.deepEqual(await atGlance.tags(id), ["kept"]);
    },
  );
  await check(
    `${on}: the guard is switched off and on under load, and neither server answers with an error`,
    async () => {
      const ids = await Promise.all(
        Array.from({ length: 4 }, (_, index) =>
          atGlance.create({ name: `load ${index}`, tags: ["kept"], ...FORMATS }),
        ),
      );
      const stopping = new AbortController();
      const errors: string[] = [];
      const load = ids.map(async (id) => {
        for (let turn = 0; !stopping.signal.aborted; turn += 1) {
          const tag = `tag-${turn}`;
          const statuses = [
            await atOurs.addTag(id, tag),
            (await atGlance.patch(id, [{ op: "replace", path: "/name", value: tag }])).status,
            await atOurs.removeTag(id, tag),
          ];
          if (statuses.join() !== "204,200,204") errors.push(statuses.join());
        }
      });
      try {
        for (let round = 0; round < Math.max(2, rounds / 6); round += 1) {
          assert.equal(await guard("off", "--yes"), 0);
          assert.equal(await guard("on", "--yes"), 0);
        }
      } finally {
        stopping.abort();
        await Promise.all(load);
      }
      assert.deepEqual(errors, []);
    },
  );
}
