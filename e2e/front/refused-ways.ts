// The ways around a rule on the path of tags, before a Glance that obeys many of them.
import assert from "node:assert/strict";
import { waysAround } from "@imagetags/testing/glance/ways-around";
import type { Checks } from "../lib/checks.ts";
import type { ImageApi } from "../lib/image-api.ts";
import { writeRequest, type Place } from "../lib/raw-exchange.ts";

/** Where the ways are tried, and who looks at Glance itself what came of them. */
interface Tried {
  readonly name: string;
  readonly place: Place;
  readonly token: string;
  readonly direct: ImageApi;
}

/**
 * A change that imagetags answers 2xx is its own, and it shows at Glance; what it refuses changes nothing there, and the
 * image is as before.
 */
export async function refusedWayChecks(checks: Checks, { name, place, token, direct }: Tried): Promise<void> {
  await checks.check(`${name}: no way around changes what is answered otherwise`, async () => {
    let refused = 0;
    const create = () => direct.create({ name: "a", tags: ["kept", "x"] });
    let id = await create();
    for (let at = 0; ; at += 1) {
      const way = waysAround(id)[at];
      if (way === undefined) break;
      const headers = [["X-Auth-Token", token], ...way.headers] as const;
      const { status } = await writeRequest(place, { ...way, headers });
      if (status >= 200 && status < 300) {
        // It was served: the next is tried on an image that is whole.
        id = await create();
        continue;
      }
      refused += 1;
      assert.deepEqual([way, await direct.tags(id)], [way, ["kept", "x"]]);
    }
    console.log(`    ${refused} of ${waysAround(id).length} were refused`);
    assert.ok(refused > 0, "Each was served.");
  });
}
