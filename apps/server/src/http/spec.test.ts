import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { IdentityUnavailable } from "../identity/caller.ts";
import { ask, errorIn, makeImage, tagsShown, type ApiRequest } from "../testing/api.ts";
import { startTestServer, type TestServer } from "../testing/test-server.ts";

let glance: TestServer;
let ims: TestServer;
beforeAll(async () => {
  glance = await startTestServer();
  ims = await startTestServer({ env: { IMAGETAGS_TAG_PROFILE: "ims", IMAGETAGS_TAG_QUOTA: "2" } });
});
afterAll(async () => {
  await glance[Symbol.asyncDispose]();
  await ims[Symbol.asyncDispose]();
});

const ABSENT = "00000000-0000-4000-8000-000000000000";
const TOO_LONG = "x".repeat(256);

describe("the checks of a removal come in this order, and the first that fails answers:", () => {
  /** Each request fails the check it names and every later one too. */
  const rows: readonly (readonly [check: string, path: string, request: ApiRequest, status: number])[] = [
    ["2 the token is there", `/v2/images/${ABSENT}/tags/%zz`, { as: "NOBODY" }, 401],
    ["3 the path decodes", `/v2/images/%ff/tags/${TOO_LONG}`, {}, 400],
    ["4 the tag fits the profile", `/v2/images/${ABSENT}/tags/${TOO_LONG}`, {}, 400],
    ["5 the image exists", `/v2/images/${ABSENT}/tags/absent`, { as: "ALPHA_READER" }, 404],
  ];
  it.each(rows)("%s", async (_, path, request, status) => {
    const reply = await ask(glance, "DELETE", path, request);
    expect(reply.status).toBe(status);
    expect(errorIn(reply).code).toBe(status);
  });

  it("1 the identity service can be asked", async () => {
    const unavailable = (): never => {
      throw new IdentityUnavailable("The identity service does not answer.");
    };
    await using server = await startTestServer({ tokens: { validate: unavailable } });
    const reply = await ask(server, "DELETE", `/v2/images/${ABSENT}/tags/%zz`);
    expect([reply.status, reply.headers["retry-after"]]).toEqual([503, "1"]);
  });

  it("5 the caller may see the image: a stranger is told what is told of no image at all", async () => {
    const image = await makeImage(glance, { visibility: "private", tags: ["a"] });
    const reply = await ask(glance, "DELETE", `/v2/images/${image}/tags/a`, { as: "BETA_MEMBER" });
    expect([reply.status, errorIn(reply).message]).toEqual([404, `Image ${image} not found.`]);
    const none = await ask(glance, "DELETE", `/v2/images/${ABSENT}/tags/a`);
    expect([none.status, errorIn(none).message]).toEqual([404, `Image ${ABSENT} not found.`]);
  });

  it("6 the caller may modify the image, whether it bears the tag or not", async () => {
    const image = await makeImage(glance, { tags: ["a"] });
    for (const tag of ["a", "absent"]) {
      const reply = await ask(glance, "DELETE", `/v2/images/${image}/tags/${tag}`, { as: "ALPHA_READER" });
      expect(reply.status).toBe(403);
    }
    expect(await tagsShown(glance, image)).toEqual(["a"]);
  });

  it("7 the image bears the tag: else 404 names the tag and the image", async () => {
    const image = await makeImage(glance);
    const reply = await ask(glance, "DELETE", `/v2/images/${image}/tags/a%2Fb`);
    expect([reply.status, errorIn(reply).message]).toEqual([404, `Image ${image} has no tag a/b.`]);
  });

  it("8 the tag is removed: 204 without a body", async () => {
    const image = await makeImage(glance, { tags: ["a"] });
    const reply = await ask(glance, "DELETE", `/v2/images/${image}/tags/a`);
    expect([reply.status, reply.body, reply.headers["content-type"]]).toEqual([204, "", undefined]);
    expect(await tagsShown(glance, image)).toEqual([]);
  });
});

describe("the glance profile", () => {
  it("takes `.` and `..` as tags where they arrive as raw path segments", async () => {
    const image = await makeImage(glance, { tags: ["keep"] });
    for (const tag of [".", "..", "%2e", "%2E%2E"]) {
      expect((await ask(glance, "PUT", `/v2/images/${image}/tags/${tag}`)).status, tag).toBe(204);
      expect((await ask(glance, "DELETE", `/v2/images/${image}/tags/${tag}`)).status, tag).toBe(204);
    }
    expect(await tagsShown(glance, image)).toEqual(["keep"]);
  });

  it("answers 404 to an empty tag, and nothing else happens", async () => {
    const image = await makeImage(glance, { tags: ["keep"] });
    for (const method of ["DELETE", "PUT"]) {
      expect((await ask(glance, method, `/v2/images/${image}/tags/`)).status).toBe(404);
    }
    expect(await tagsShown(glance, image)).toEqual(["keep"]);
  });

  it("lets neither protection nor an image's id in another case stand in the way of a change", async () => {
    const image = await makeImage(glance, { protected: true, tags: ["a"] });
    const path = `/v2/images/${image.toUpperCase()}/tags/a`;
    expect((await ask(glance, "DELETE", path)).status).toBe(204);
    expect((await ask(glance, "PUT", path)).status).toBe(204);
  });
});

describe("the ims profile", () => {
  const fits = "aZ09_-".repeat(42) + "end";

  it("takes letters, digits, _ and -, up to 255 of them", async () => {
    const image = await makeImage(ims);
    for (const tag of ["aaaa", fits]) {
      expect((await ask(ims, "PUT", `/v2/images/${image}/tags/${tag}`)).status).toBe(204);
      expect((await ask(ims, "DELETE", `/v2/images/${image}/tags/${tag}`)).status).toBe(204);
      expect((await ask(ims, "DELETE", `/v2/images/${image}/tags/${tag}`)).status).toBe(404);
    }
  });

  it.each(["a.b", "a%2Fb", "%C3%A9", "a%20b", "a=b", "..", `${fits}x`, "%E2%84%AA"])(
    "refuses %s, to be added and to be removed, as IMG.0115",
    async (tag) => {
      const image = await makeImage(ims, { tags: ["keep"] });
      for (const method of ["PUT", "DELETE"]) {
        const reply = await ask(ims, method, `/v2/images/${image}/tags/${tag}`);
        expect([reply.status, errorIn(reply).code, errorIn(reply).title]).toEqual([
          400,
          "IMG.0115",
          "Bad Request",
        ]);
      }
      const tags = [decodeURIComponent(tag)];
      const patch = {
        headers: [["Content-Type", "application/openstack-images-v2.1-json-patch"]],
        body: JSON.stringify([{ op: "replace", path: "/tags", value: tags }]),
      } as const;
      for (const reply of [
        await ask(ims, "POST", "/v2/images", { body: JSON.stringify({ tags }) }),
        await ask(ims, "PUT", `/v2/images/${image}/tags`, { body: JSON.stringify({ tags }) }),
        await ask(ims, "PATCH", `/v2/images/${image}`, patch),
      ]) {
        expect([reply.status, errorIn(reply).code]).toEqual([400, "IMG.0115"]);
      }
      expect(await tagsShown(ims, image)).toEqual(["keep"]);
    },
  );

  it("answers too many tags as IMG.0116", async () => {
    const image = await makeImage(ims, { tags: ["a", "b"] });
    const reply = await ask(ims, "PUT", `/v2/images/${image}/tags/c`);
    expect([reply.status, errorIn(reply).code]).toEqual([413, "IMG.0116"]);
    const made = await ask(ims, "POST", "/v2/images", { body: '{"tags":["a","b","c"]}' });
    expect([made.status, errorIn(made).code]).toEqual([413, "IMG.0116"]);
    expect(await tagsShown(ims, image)).toEqual(["a", "b"]);
  });

  it("keeps the status as the code of every other error", async () => {
    const reply = await ask(ims, "DELETE", `/v2/images/${ABSENT}/tags/a`);
    expect(errorIn(reply).code).toBe(404);
    expect(errorIn(await ask(ims, "DELETE", `/v2/images/${ABSENT}/tags/%zz`)).code).toBe(400);
  });
});

describe("every error", () => {
  it.each([
    ["400", "DELETE", "/v2/images/x/tags/%zz", {}],
    ["400 of what is no request", "DELETE", "/v2/images/é/tags/a", {}],
    ["401", "DELETE", "/v2/images/x/tags/a", { as: "NOBODY" }],
    ["404", "GET", "/v2/nonsense", {}],
    ["405", "POST", "/v2/images/x/tags/a", {}],
    ["405 of a method that nobody knows", "FOO", "/v2/images/x/tags/a", {}],
    ["414", "DELETE", `/v2/images/x/tags/${"x".repeat(20_000)}`, {}],
    ["431", "GET", "/v2/images", { headers: [["X-Long", "x".repeat(20_000)]] }],
  ] as const)("has the one body, its title and a request id: %s", async (status, method, path, request) => {
    const reply = await ask(glance, method, path, request);
    expect(reply.status).toBe(Number(status.slice(0, 3)));
    expect(reply.headers["x-openstack-request-id"]).toMatch(/^req-[0-9a-f-]{36}$/);
    expect(reply.headers["content-type"]).toBe("application/json");
    const { code, title, message } = errorIn(reply);
    expect(code).toBe(reply.status);
    expect(title).not.toBe("");
    expect(message).not.toBe("");
    if (reply.status === 401) expect(reply.headers["www-authenticate"]).toBe(`Keystone uri="${glance.url}"`);
    if (reply.status === 405) expect(reply.headers["allow"]).toMatch(/DELETE, PUT/);
  });

  it("that is unforeseen is 500 with the request id, without a stack trace, and whole in the log", async () => {
    await using server = await startTestServer({
      tokens: {
        validate() {
          throw new TypeError("a secret of the inside");
        },
      },
    });
    const reply = await ask(server, "GET", "/v2/images");
    expect(reply.status).toBe(500);
    expect(errorIn(reply).message).toContain(reply.headers["x-openstack-request-id"]);
    expect(reply.body).not.toContain("secret");
    expect(server.logged()).toContain("a secret of the inside");
    expect(server.logged()).not.toContain("alpha_member");
  });
});
