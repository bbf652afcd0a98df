// One tag, many who remove it, and Glance saving the image all the while.
import assert from "node:assert/strict";
import { imageApi } from "../lib/image-api.ts";
import { FORMATS, type Setting } from "./setting.ts";

const REMOVERS = 12;
const LEAST_ROUNDS = 60;

export async function removerChecks({
  checks: { check },
  on,
  servers,
  token,
  atGlance,
  atOurs,
  rounds,
}: Setting) {
  const removers = Array.from({ length: REMOVERS }, (_, index) => {
    const { url } = servers[index % servers.length] ?? servers[0];
    return imageApi(`remover ${index}`, url, token);
  });
  const times = Math.max(LEAST_ROUNDS, rounds);
  await check(
    `${on}: of ${REMOVERS} who remove one tag beside Glance's saves, one is answered 204, ${times} times`,
    async () => {
      const id = await atGlance.create({ name: "contested", tags: ["kept"], ...FORMATS });
      const stopping = new AbortController();
      const statuses: number[] = [];
      const saves = (async () => {
        for (let turn = 0; !stopping.signal.aborted; turn += 1) {
          statuses.push(
            (await atGlance.patch(id, [{ op: "replace", path: "/name", value: `turn ${turn}` }])).status,
          );
        }
      })();
      try {
        for (let round = 0; round < times; round += 1) {
          assert.equal(await atOurs.addTag(id, "one"), 204);
          const answers = await Promise.all(removers.map((remover) => remover.removeTag(id, "one")));
          assert.deepEqual(
            answers.toSorted((one, other) => one - other),
            [204, ...Array.from({ length: REMOVERS - 1 }, () => 404)],
            `round ${round}`,
          );
        }
      } finally {
        stopping.abort();
        await saves;
      }
      const others = statuses.filter((status) => status !== 200);
      console.log(
        `    ${statuses.length} saves of Glance's beside it, ${others.length} not answered 200: ${others.join()}`,
      );
      assert.deepEqual(await atGlance.tags(id), ["kept"]);
      // Glance does not find what is removed just between two reads of its own; see docs/beside-glance.md.
      assert.deepEqual(new Set(others.filter((status) => status !== 404)), new Set());
    },
  );
}
