import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ask, errorIn, makeImage } from "../../testing/api.ts";
import { startTestServer, type TestServer } from "../../testing/test-server.ts";
import { shown } from "../../testing/upload.ts";

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server[Symbol.asyncDispose]());

/** The members that every object inherits. A record must not be asked for these names from outside. */
const NAMES = Object.getOwnPropertyNames(Object.prototype);
const PLAIN = NAMES.filter((name) => name !== "__proto__");

const patch = (image: string, operation: object, version = "v2.1") =>
  ask(server, "PATCH", `/v2/images/${image}`, {
    headers: [["Content-Type", `application/openstack-images-${version}-json-patch`]],
    body: JSON.stringify([operation]),
  });

describe("a name that every object inherits is a name like any other:", () => {
  it.each(PLAIN)("a property %s holds text, and can be removed", async (name) => {
    const image = await makeImage(server, { [name]: "made" });
    expect((await shown(server, image))[name]).toBe("made");
    const path = `/${name}`;
    expect((await patch(image, { op: "replace", path, value: "text" })).status).toBe(200);
    expect((await shown(server, image))[name]).toBe("text");
    const listed = await ask(server, "GET", `/v2/images?${name}=text`);
    expect([listed.status, listed.body.includes(image)]).toEqual([200, true]);
    expect((await patch(image, { op: "remove", path })).status).toBe(200);
    expect(Object.hasOwn(await shown(server, image), name)).toBe(false);
    const again = await patch(image, { op: "remove", path });
    expect([again.status, errorIn(again).reason]).toEqual([409, "no-such-property"]);
  });

  it.each(PLAIN)("a property %s is nothing but text", async (name) => {
    const image = await makeImage(server);
    for (const value of [{ a: 1 }, [], 5, true, null]) {
      for (const reply of [
        await patch(image, { op: "add", path: `/${name}`, value }),
        await patch(image, { add: `/${name}`, value }, "v2.0"),
        await ask(server, "POST", "/v2/images", { body: `{"${name}":${JSON.stringify(value)}}` }),
      ]) {
        expect([reply.status, errorIn(reply).reason], JSON.stringify(value)).toEqual([400, "invalid-body"]);
      }
    }
    expect(Object.hasOwn(await shown(server, image), name)).toBe(false);
  });

  it("a property __proto__ holds text, is found by it, and can be removed", async () => {
    const image = await makeImage(server);
    const path = "/__proto__";
    expect((await patch(image, { op: "add", path, value: "x" })).status).toBe(200);
    expect((await ask(server, "GET", `/v2/images/${image}`)).body).toContain('"__proto__":"x"');
    const listed = await ask(server, "GET", "/v2/images?__proto__=x");
    expect([listed.status, listed.body.includes(image)]).toEqual([200, true]);
    expect((await ask(server, "GET", "/v2/images?__proto__=y")).body).not.toContain(image);
    expect((await patch(image, { op: "remove", path })).status).toBe(200);
    expect((await ask(server, "GET", `/v2/images/${image}`)).body).not.toContain("__proto__");
  });

  it("nothing that is called __proto__ reaches what objects inherit", async () => {
    const image = await makeImage(server);
    const reply = await patch(image, { op: "add", path: "/__proto__", value: { polluted: "yes" } });
    expect([reply.status, errorIn(reply).reason]).toEqual([400, "invalid-body"]);
    const made = await ask(server, "POST", "/v2/images", { body: '{"__proto__":{"polluted":"yes"}}' });
    expect(made.status).toBe(400);
    expect(await shown(server, image)).not.toHaveProperty("polluted");
  });

  it.each(NAMES)("%s is an image, a tag, a member and a sort key like any other", async (name) => {
    const image = await makeImage(server, { tags: [name], visibility: "shared" });
    expect((await ask(server, "DELETE", `/v2/images/${name}/tags/${name}`)).status).toBe(404);
    expect((await ask(server, "DELETE", `/v2/images/${image}/tags/${name}`)).status).toBe(204);
    expect((await ask(server, "GET", `/v2/images/${image}/members/${name}`)).status).toBe(404);
    expect((await ask(server, "GET", `/v2/images?sort_key=${name}`)).status).toBe(400);
    expect((await ask(server, "GET", `/v2/images?sort=${name}:asc`)).status).toBe(400);
    expect((await ask(server, "GET", `/v2/schemas/${name}`)).status).toBe(404);
    expect((await ask(server, name, `/v2/images/${image}/tags/${name}`)).status).toBeGreaterThanOrEqual(400);
  });
});
