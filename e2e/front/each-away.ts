// Glance and the database are killed in turn while an upload passes through the front.
import assert from "node:assert/strict";
import { setTimeout as delay } from "node:timers/promises";
import { isDeepStrictEqual } from "node:util";
import type { Checks } from "../lib/checks.ts";
import type { ImageApi } from "../lib/image-api.ts";
import { FORMATS } from "../guard/setting.ts";

const PATIENCE = 60_000;

/** What can be killed, and be started again at the same address. */
interface Mortal {
  readonly kill: () => Promise<void>;
  readonly start: () => Promise<void>;
}

/** A front with what stands behind it. Keystone must stay while the database is away. */
interface Behind {
  /** The front, as a caller meets it who may do anything to the images. */
  readonly api: ImageApi;
  readonly url: string;
  readonly token: string;
  readonly glance: Mortal;
  readonly database: Mortal;
}

export async function eachAwayChecks({ check }: Checks, behind: Behind): Promise<void> {
  const { api, glance, database } = behind;

  await check(
    "with Glance killed during an upload, tags go on, all else is 503, and no part is whole",
    async () => {
      const id = await newImage(api);
      const upload = await begin(api, id);
      await glance.kill();
      const tags = [
        await api.removeTag(id, "gone"),
        await api.removeTag(id, "gone"),
        await api.addTag(id, "new"),
      ];
      assert.deepEqual(tags, [204, 404, 204]);
      for (const path of [`/v2/images/${id}`, "/v2/images", "/v2/schemas/image", `/v2/images/${id}/file`])
        assert.deepEqual(await refusal(behind, "GET", path), [503, "1", "glance-unavailable"]);
      await healthIs(behind, [200, 503]);
      assert.notEqual(await upload(), 204);
      await glance.start();
      const { status, tags: left } = await api.show(id);
      assert.notEqual(status, "active");
      assert.deepEqual(left, ["kept", "new"]);
      await healthIs(behind, [200, 200]);
    },
  );

  await check(
    "with the database killed during an upload, tags are 503, Glance is asked, and no part is whole",
    async () => {
      const id = await newImage(api);
      const upload = await begin(api, id);
      await database.kill();
      const [status, retryAfter] = await refusal(behind, "DELETE", `/v2/images/${id}/tags/gone`);
      assert.deepEqual([status, retryAfter !== null], [503, true]);
      assert.equal((await api.send("GET", "/v2/schemas/image")).status, 200);
      await healthIs(behind, [503, 503]);
      assert.notEqual(await upload(), 204);
      await database.start();
      await until(async () => (await api.removeTag(id, "gone")) === 204);
      await until(async () => (await api.send("GET", `/v2/images/${id}`)).status === 200);
      const shown = await api.show(id);
      assert.notEqual(shown.status, "active");
      assert.deepEqual(shown.tags, ["kept"]);
      await healthIs(behind, [200, 200]);
    },
  );
}

function newImage(api: ImageApi): Promise<string> {
  return api.create({ name: "each away", tags: ["kept", "gone"], ...FORMATS });
}

/** Begins an upload. What is returned sends the rest and gives its status; `undefined` where it broke off. */
async function begin(api: ImageApi, id: string): Promise<() => Promise<number | undefined>> {
  const upload = api.startUpload(id);
  await until(async () => (await api.show(id)).status === "saving");
  return () =>
    upload.finish().then(
      ({ status }) => status,
      () => undefined,
    );
}

/** The status, `Retry-After` and reason of an answer in this server's form of errors. */
async function refusal({ url, token }: Behind, method: string, path: string): Promise<unknown[]> {
  const reply = await fetch(`${url}${path}`, { method, headers: { "X-Auth-Token": token } });
  const { error } = JSON.parse(await reply.text());
  return [reply.status, reply.headers.get("retry-after"), error.reason];
}

/** Waits for statuses of the health check, for load balancers and in detail. The server remembers a state for a moment. */
async function healthIs({ url }: Behind, expected: readonly number[]): Promise<void> {
  await until(async () => {
    const statuses = ["", "?detailed=true"].map(
      async (query) => (await fetch(`${url}/healthcheck${query}`)).status,
    );
    return isDeepStrictEqual(await Promise.all(statuses), expected);
  });
}

async function until(isDone: () => Promise<boolean>): Promise<void> {
  const deadline = performance.now() + PATIENCE;
  while (!(await isDone().catch(() => false))) {
    if (performance.now() > deadline) throw new Error("It did not come to that within a minute.");
    await delay(50);
  }
}
