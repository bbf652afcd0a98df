// The ways around a rule on the path of tags, before a Glance that obeys many of them.
import assert from "node:assert/strict";
import { waysAround, type WayAround } from "@imagetags/testing/glance/ways-around";
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

/** The tags of an image before each way is tried. */
const WHOLE = ["kept", "x"];

/**
 * What is refused changes nothing at Glance. What is answered 2xx was done by imagetags: the guard would have kept a removal
 * from being done by Glance.
 */
export async function refusedWayChecks(checks: Checks, { name, place, token, direct }: Tried): Promise<void> {
  await checks.check(`${name}: every way around is refused, or served by imagetags`, async () => {
    let refused = 0;
    const create = () => direct.create({ name: "a", tags: WHOLE });
    let id = await create();
    const { length } = waysAround(id);
    for (let at = 0; at < length; at += 1) {
      const way = waysAround(id)[at];
      if (way === undefined) break;
      const headers = [["X-Auth-Token", token], ...way.headers] as const;
      const { status } = await writeRequest(place, { ...way, headers });
      const tags = await direct.tags(id);
      if (status >= 200 && status < 300) {
        assert.ok(
          wasDone(way, tags),
          `${way.method} ${way.target} was answered ${status}, and left ${tags.join(" ")}`,
        );
        // The next is tried on an image that is whole.
        id = await create();
      } else {
        refused += 1;
        assert.deepEqual([way, tags], [way, WHOLE]);
      }
    }
    console.log(`    ${refused} of ${length} refused, the others served by imagetags`);
    assert.ok(refused > length / 2, `${refused} of ${length} were refused`);
  });
}

/** Whether an image bears what it must when a change of its tags was done. */
function wasDone({ method, target }: WayAround, tags: readonly string[]): boolean {
  const added = target.endsWith("/gone") ? ["gone"] : [];
  if (method === "PUT") return [...added, ...WHOLE].join() === tags.join();
  if (method === "PATCH") return tags.join() === "gone";
  return method === "DELETE" && !tags.includes("x");
}
