import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ask, errorIn, makeImage } from "../../testing/api.ts";
import { jsonOf } from "../../testing/raw-request.ts";
import { startTestServer, type TestServer } from "../../testing/test-server.ts";

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server[Symbol.asyncDispose]());

const UUID = "0e1e4b9a-58ba-4a3c-9d2c-8d1a6a2f7c11";
const VALUES: Readonly<Record<string, readonly (readonly [value: unknown, fits: boolean])[]>> = {
  kernel_id: [
    [UUID, true],
    [UUID.toUpperCase(), true],
    [null, true],
    ["abc", false],
    ["", false],
    [`${UUID}\n`, false],
  ],
  ramdisk_id: [
    [UUID, true],
    [null, true],
    ["abc", false],
    [5, false],
  ],
  cinder_encryption_key_deletion_policy: [
    ["on_image_deletion", true],
    ["never", false],
    [null, false],
  ],
  os_distro: [
    ["anything", true],
    [null, false],
  ],
  any_other: [
    ["anything", true],
    [null, false],
  ],
};

describe("what the published schema says of a property is what is checked:", () => {
  it.each(Object.entries(VALUES))("%s", async (name, values) => {
    const image = await makeImage(server);
    for (const [value, fits] of values) {
      const made = await ask(server, "POST", "/v2/images", { body: JSON.stringify({ [name]: value }) });
      const patched = await ask(server, "PATCH", `/v2/images/${image}`, {
        headers: [["Content-Type", "application/openstack-images-v2.1-json-patch"]],
        body: JSON.stringify([{ op: "add", path: `/${name}`, value }]),
      });
      expect([made.status, patched.status], String(value)).toEqual(fits ? [201, 200] : [400, 400]);
      if (fits) {
        const shown = await ask(server, "GET", `/v2/images/${image}`);
        for (const reply of [made, patched, shown]) expect(jsonOf(reply)).toHaveProperty([name], value);
        const listed = await ask(server, "GET", `/v2/images?id=${image}`);
        expect(jsonOf(listed)).toHaveProperty(["images", 0, name], value);
        continue;
      }
      for (const reply of [made, patched]) expect(errorIn(reply).message).toContain(name);
    }
  });
});
