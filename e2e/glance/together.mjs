// Both servers under traffic at the same time, on one database.
import assert from "node:assert/strict";

const IMAGES = 8;
const OWN_TAGS = 12;
const ROUNDS = 3;

/** @param {import("./run.mjs").Setting} setting */
export async function togetherChecks({ checks: { check }, glance, ours }) {
  /** @type {string[]} */
  let images = [];
  await check(
    "while Glance changes other images, no change of the server is lost, and Glance sees each",
    async () => {
      images = await Promise.all(
        Array.from({ length: IMAGES }, (_, index) => ours.create({ name: `busy-${index}`, tags: ["kept"] })),
      );
      const [mine, theirs] = [images.slice(0, IMAGES / 2), images.slice(IMAGES / 2)];
      const traffic = new AbortController();
      const glanceStatuses = keepChanging(glance, theirs, traffic.signal);
      await changeTags(ours, mine, [204]);
      traffic.abort();
      const answered = await glanceStatuses;
      console.log(`    Glance answered ${answered} changes meanwhile`);
      assert.ok(answered > 0);
      for (const id of mine) {
        const wanted = ["kept", ...ownTags.filter((_, index) => index % 2 === 1)].toSorted();
        assert.deepEqual(await ours.tags(id), wanted);
        assert.deepEqual(await glance.tags(id), wanted);
      }
    },
  );
  await check(
    "while Glance changes the same images, the server answers all, and both show the same in the end",
    async () => {
      const traffic = new AbortController();
      const glanceStatuses = keepChanging(glance, images, traffic.signal);
      // 404 where Glance has written back what it read before.
      await changeTags(ours, images, [204, 404]);
      traffic.abort();
      await glanceStatuses;
      let undone = 0;
      for (const id of images) {
        const tags = await ours.tags(id);
        assert.deepEqual(await glance.tags(id), tags);
        assert.ok(tags.includes("kept"));
        undone += ownTags.filter((tag, index) => tags.includes(tag) !== (index % 2 === 1)).length;
      }
      // Glance writes back the tags that it read at the beginning of a request, whatever happened meanwhile.
      console.log(
        `    Glance undid ${undone} of ${IMAGES * OWN_TAGS} changes of the server by writing back what it had read`,
      );
    },
  );
}

const ownTags = Array.from({ length: OWN_TAGS }, (_, index) => `ours-${index}`);

/**
 * Adds all of its own tags to all images and removes every second again, some times over and many at once.
 * @param {import("./lib/image-api.mjs").ImageApi} api
 * @param {string[]} images
 * @param {number[]} removals how they may be answered
 */
async function changeTags(api, images, removals) {
  for (let round = 0; round < ROUNDS; round += 1) {
    await Promise.all(
      images.flatMap((id) =>
        ownTags.map(async (tag, index) => {
          assert.equal(await api.addTag(id, tag), 204);
          if (index % 2 === 1 && round === ROUNDS - 1) return;
          const status = await api.removeTag(id, tag);
          assert.ok(removals.includes(status), `the removal of ${tag} is answered ${status}`);
        }),
      ),
    );
  }
}

/**
 * Changes images at Glance until it is told to stop, and counts what was answered 2xx.
 * @param {import("./lib/image-api.mjs").ImageApi} api
 * @param {string[]} images
 * @param {AbortSignal} signal
 */
async function keepChanging(api, images, signal) {
  let answered = 0;
  await Promise.all(
    images.map(async (id) => {
      for (let turn = 0; !signal.aborted; turn += 1) {
        const tag = `glances-${turn % 2}`;
        const statuses = [
          await api.addTag(id, tag),
          (await api.patch(id, [{ op: "replace", path: "/name", value: `turn ${turn}` }])).status,
          await api.removeTag(id, tag),
        ];
        answered += statuses.filter((status) => status < 300).length;
      }
    }),
  );
  return answered;
}
