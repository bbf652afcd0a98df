import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { ask, errorIn, makeImage, tagsShown, type Address } from "../testing/api.ts";
import { ECHO, startGlanceStandIn, type GlanceStandIn } from "@imagetags/testing/glance/stand-in-glance";
import { glanceMariadb, whyNoMariadb } from "../testing/mariadb-databases.ts";
import { startTestServer, type TestServer } from "../testing/test-server.ts";

/*
 * Each patch has a part for Glance, which cannot be taken back. So whatever refuses the tags must be found before that
 * part goes to Glance.
 */

let glance: GlanceStandIn;
let alone: TestServer;

beforeAll(async () => {
  glance = await startGlanceStandIn(ECHO);
  alone = await startTestServer();
});

beforeEach(() => void (glance.arrived.length = 0));

afterAll(async () => {
  for (const one of [alone, glance]) await one[Symbol.asyncDispose]();
});

function patchBoth(front: Address, imageId: string, tags: readonly string[]) {
  return ask(front, "PATCH", `/v2/images/${imageId}`, {
    headers: [["Content-Type", "application/openstack-images-v2.1-json-patch"]],
    body: JSON.stringify([
      { op: "replace", path: "/name", value: "n" },
      { op: "replace", path: "/tags", value: tags },
    ]),
  });
}

/** Sees that the patch is refused with a reason, changes no tag, and comes to Glance in no part. */
async function expectRefused(front: Address, imageId: string, tags: readonly string[], reason: string) {
  const before = await tagsShown(alone, imageId);
  expect(errorIn(await patchBoth(front, imageId, tags)).reason).toBe(reason);
  expect([await tagsShown(alone, imageId), glance.arrived]).toEqual([before, []]);
}

function startFront(settings: Readonly<Record<string, string>> = {}): Promise<TestServer> {
  return startTestServer({
    env: {
      IMAGETAGS_GLANCE_URL: glance.url,
      IMAGETAGS_DATABASE_URL: `sqlite:${alone.databasePath}`,
      ...settings,
    },
  });
}

describe("a patch of tags and more comes to Glance in no part when the tags are refused", () => {
  test("by the bound on an image's tags and properties together", async () => {
    await using front = await startFront({ IMAGETAGS_TAG_QUOTA: "-1" });
    const properties = Array.from({ length: 16 }, (_, index) => [`p${index}`, "x".repeat(60_000)]);
    const imageId = await makeImage(alone, { tags: ["x"], ...Object.fromEntries(properties) });
    const tags = Array.from({ length: 400 }, (_, index) => `${index}`.padEnd(255, "x"));
    await expectRefused(front, imageId, tags, "image-metadata-too-large");
    expect((await patchBoth(front, imageId, tags.slice(0, 200))).status).toBe(200);
  });

  test("by the tag profile", async () => {
    await using front = await startFront({ IMAGETAGS_TAG_PROFILE: "ims" });
    const imageId = await makeImage(alone, { tags: ["x"] });
    // This profile's errors have a form of their own.
    expect((await patchBoth(front, imageId, ["a b"])).status).toBe(400);
    expect([await tagsShown(alone, imageId), glance.arrived]).toEqual([["x"], []]);
  });

  test("by Glance's columns on MariaDB, which fold tags and do not hold every character", async () => {
    const missing = await whyNoMariadb();
    if (missing !== undefined) {
      expect(process.env["CI"], missing).toBeUndefined();
      return;
    }
    const taken = await glanceMariadb.take();
    {
      await using front = await startFront({ IMAGETAGS_DATABASE_URL: taken.url });
      await using beside = await startTestServer({ env: { IMAGETAGS_DATABASE_URL: taken.url } });
      const imageId = await makeImage(beside, { tags: ["Prod"] });
      for (const [tags, reason] of [
        [["Prod", "prod"], "colliding-tag"],
        [["web", "Web"], "colliding-tag"],
        [["\u{1f600}"], "unstorable-text"],
      ] as const) {
        expect(errorIn(await patchBoth(front, imageId, tags)).reason).toBe(reason);
      }
      expect([await tagsShown(beside, imageId), glance.arrived]).toEqual([["Prod"], []]);
      expect((await patchBoth(front, imageId, ["prod"])).status).toBe(200);
      expect([await tagsShown(beside, imageId), glance.arrived.length]).toEqual([["prod"], 1]);
    }
    await taken.giveBack();
  });
});
