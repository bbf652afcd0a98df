// Both servers under traffic at the same time, on one database.
import assert from "node:assert/strict";
import type { ImageApi } from "../lib/image-api.ts";
import type { Setting } from "./setting.ts";

const IMAGES = 8;
const OWN_TAGS = 12;
const LEAST_OF_GLANCE = 60;
const LIMIT_MS = 60_000;

export async function togetherChecks({ checks: { check }, glance, ours }: Setting) {
  let images: string[] = [];
  await check(
    "while Glance changes other images, no change of the server is lost, and Glance sees each",
    async () => {
      images = await Promise.all(
        Array.from({ length: IMAGES }, (_, index) => ours.create({ name: `busy-${index}`, tags: ["kept"] })),
      );
      const [mine, theirs] = [images.slice(0, IMAGES / 2), images.slice(IMAGES / 2)];
      const traffic = startTraffic(glance, theirs);
      const changes = await changeTags(ours, mine, traffic, [204]);
      await traffic.stop();
      console.log(`    Glance made ${traffic.made()} changes, the server ${changes}`);
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
      const traffic = startTraffic(glance, images);
      // 404 where Glance has written back what it read before.
      await changeTags(ours, images, traffic, [204, 404]);
      await traffic.stop();
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
 * Adds all of its own tags to all images and removes them again, many at once, until the other traffic has
 * made enough changes; in the last round every second one stays. Returns how many
 * changes it has made. `removals` how they may be answered.
 */
async function changeTags(
  api: ImageApi,
  images: string[],
  traffic: { made: () => number },
  removals: number[],
) {
  const deadline = performance.now() + LIMIT_MS;
  for (let made = 0; ;) {
    if (performance.now() > deadline) throw new Error(`Glance made ${traffic.made()} changes in a minute.`);
    const last = traffic.made() >= LEAST_OF_GLANCE;
    await Promise.all(
      images.flatMap((id) =>
        ownTags.map(async (tag, index) => {
          assert.equal(await api.addTag(id, tag), 204);
          made += 1;
          if (last && index % 2 === 1) return;
          const status = await api.removeTag(id, tag);
          assert.ok(removals.includes(status), `the removal of ${tag} is answered ${status}`);
          if (status === 204) made += 1;
        }),
      ),
    );
    if (last) return made;
  }
}

/** Changes images until it is stopped, and counts the changes that were answered 2xx. */
function startTraffic(api: ImageApi, images: string[]) {
  const stopping = new AbortController();
  let made = 0;
  const work = Promise.all(
    images.map(async (id) => {
      for (let turn = 0; !stopping.signal.aborted; turn += 1) {
        const tag = `glances-${turn % 2}`;
        const statuses = [
          await api.addTag(id, tag),
          (await api.patch(id, [{ op: "replace", path: "/name", value: `turn ${turn}` }])).status,
          await api.removeTag(id, tag),
        ];
        made += statuses.filter((status) => status < 300).length;
      }
    }),
  );
  return {
    made: () => made,
    stop: async () => {
      stopping.abort();
      await work;
    },
  };
}
