import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ask, errorIn, makeImage, tagsShown, type ApiRequest } from "../../testing/api.ts";
import { addMember } from "../../testing/make-image.ts";
import { jsonOf, type RawReply } from "../../testing/raw-request.ts";
import { startTestServer, type TestServer } from "../../testing/test-server.ts";

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer({ env: { IMAGETAGS_TAG_QUOTA: "40" } });
});
afterAll(() => server[Symbol.asyncDispose]());

const PATCH_TYPE = ["Content-Type", "application/openstack-images-v2.1-json-patch"] as const;

function change(method: string, path: string, ifMatch: string, request: ApiRequest = {}): Promise<RawReply> {
  return ask(server, method, path, { ...request, headers: [["If-Match", ifMatch], PATCH_TYPE] });
}

async function entityTagOf(path: string): Promise<string> {
  return (await ask(server, "GET", path)).headers["etag"] ?? "none";
}

const setName = (name: string) => JSON.stringify([{ op: "replace", path: "/name", value: name }]);
const statuses = (replies: readonly RawReply[]): number[] => replies.map(({ status }) => status).toSorted();

describe("the entity tag", () => {
  it("of an image is strong, and the same on GET, HEAD, POST and PATCH", async () => {
    const made = await ask(server, "POST", "/v2/images", {
      body: '{"tags":["b","a"],"z":"1","a":"2","m":"3"}',
    });
    const { id }: { id: string } = JSON.parse(made.body);
    const path = `/v2/images/${id}`;
    expect(made.headers["etag"]).toMatch(/^"[\w-]{43}"$/);
    expect(await entityTagOf(path)).toBe(made.headers["etag"]);
    expect((await ask(server, "HEAD", path)).headers["etag"]).toBe(made.headers["etag"]);
    const patched = await ask(server, "PATCH", path, { headers: [PATCH_TYPE], body: setName("new") });
    expect(patched.headers["etag"]).toMatch(/^"[\w-]{43}"$/);
    expect(patched.headers["etag"]).not.toBe(made.headers["etag"]);
    expect(await entityTagOf(path)).toBe(patched.headers["etag"]);
  });

  it("of a tag list is that of each of its tags, and the same on GET, HEAD and PUT", async () => {
    const path = `/v2/images/${await makeImage(server, { tags: ["a", "b"] })}/tags`;
    const entityTag = await entityTagOf(path);
    expect((await ask(server, "HEAD", path)).headers["etag"]).toBe(entityTag);
    expect(await entityTagOf(`${path}/a`)).toBe(entityTag);
    expect((await ask(server, "HEAD", `${path}/b`)).headers["etag"]).toBe(entityTag);
    const replaced = await ask(server, "PUT", path, { body: '{"tags":["c","b","c"]}' });
    expect(replaced.headers["etag"]).not.toBe(entityTag);
    expect(await entityTagOf(path)).toBe(replaced.headers["etag"]);
    const again = await ask(server, "PUT", path, { body: '{"tags":["b","a"]}' });
    expect(again.headers["etag"]).toBe(entityTag);
  });

  it("of an image differs after each of many changes in one instant", async () => {
    const image = await makeImage(server);
    const seen = new Set<string>();
    for (let index = 0; index < 30; index += 1) {
      await ask(server, "PUT", `/v2/images/${image}/tags/t${index}`);
      seen.add(await entityTagOf(`/v2/images/${image}`));
    }
    expect(seen.size).toBe(30);
  });

  it.each([
    ["name", { name: "a" }],
    ["visibility", { visibility: "private" }],
    ["protected", { protected: true }],
    ["os_hidden", { os_hidden: true }],
    ["min_disk", { min_disk: 1 }],
    ["a tag", { tags: ["a"] }],
    ["a property", { key: "a" }],
    ["a property that is empty", { key: "" }],
  ])("of an image tells another %s", async (_, body) => {
    const image = await makeImage(server);
    const before = await entityTagOf(`/v2/images/${image}`);
    const patch = Object.entries(body).map(([name, value]) => ({ op: "add", path: `/${name}`, value }));
    const reply = await ask(server, "PATCH", `/v2/images/${image}`, {
      headers: [PATCH_TYPE],
      body: JSON.stringify(patch),
    });
    expect([reply.status, reply.headers["etag"]]).toEqual([200, expect.not.stringContaining(before)]);
  });

  it("of a tag list does not mind what else the image is", async () => {
    const image = await makeImage(server, { tags: ["a"] });
    const before = await entityTagOf(`/v2/images/${image}/tags`);
    await ask(server, "PATCH", `/v2/images/${image}`, { headers: [PATCH_TYPE], body: setName("new") });
    expect(await entityTagOf(`/v2/images/${image}/tags`)).toBe(before);
  });
});

describe("If-None-Match", () => {
  const forms = [
    ["the entity tag", (tag: string) => tag],
    ["it among others", (tag: string) => `"a,b" , "",${tag}, W/"c"`],
    ["it weakened", (tag: string) => `W/${tag}`],
    ["*", () => "*"],
  ] as const;

  it.each(forms)("with %s is answered 304 without a body", async (_, form) => {
    const image = `/v2/images/${await makeImage(server, { tags: ["a"] })}`;
    for (const path of [image, `${image}/tags`]) {
      const entityTag = await entityTagOf(path);
      for (const method of ["GET", "HEAD"]) {
        const reply = await ask(server, method, path, { headers: [["If-None-Match", form(entityTag)]] });
        expect([reply.status, reply.body, reply.headers["etag"]]).toEqual([304, "", entityTag]);
      }
    }
  });

  it("with other entity tags is answered 200", async () => {
    const image = await makeImage(server, { tags: ["a"] });
    const path = `/v2/images/${image}`;
    const entityTag = await entityTagOf(path);
    const other = [["If-None-Match", `"a", "${entityTag.slice(1, -2)}", "*"`]] as const;
    expect(jsonOf(await ask(server, "GET", path, { headers: other }))).toMatchObject({ id: image });
    expect(jsonOf(await ask(server, "GET", `${path}/tags`, { headers: other }))).toEqual({ tags: ["a"] });
  });

  it("with what is none is 400", async () => {
    const path = `/v2/images/${await makeImage(server)}`;
    for (const asked of [path, `${path}/tags`]) {
      const reply = await ask(server, "GET", asked, { headers: [["If-None-Match", "x"]] });
      expect([reply.status, errorIn(reply).message]).toEqual([
        400,
        'If-None-Match must be * or entity tags in quotes, such as "abc", "def"',
      ]);
    }
  });

  it("tells nothing of an image that the caller may not see", async () => {
    const path = `/v2/images/${await makeImage(server)}`;
    const headers = [["If-None-Match", "*"]] as const;
    expect((await ask(server, "GET", path, { headers, as: "BETA_MEMBER" })).status).toBe(404);
  });
});

interface Change {
  readonly name: string;
  readonly method: string;
  /** The path under the image. */
  readonly part: string;
  /** What it answers when it is made. */
  readonly status: number;
  readonly request?: ApiRequest;
}

/** Every change that heeds `If-Match`, on an image that bears the tags `a` and `b`. */
const CHANGES: readonly Change[] = [
  { name: "a patch", method: "PATCH", part: "", status: 200, request: { body: setName("new") } },
  { name: "a deletion of the image", method: "DELETE", part: "", status: 204 },
  {
    name: "a replacement of the tags",
    method: "PUT",
    part: "/tags",
    status: 200,
    request: { body: '{"tags":["c"]}' },
  },
  { name: "a removal of the tags", method: "DELETE", part: "/tags", status: 204 },
  { name: "an addition of a tag", method: "PUT", part: "/tags/c", status: 204 },
  { name: "an addition of a tag that is there", method: "PUT", part: "/tags/a", status: 204 },
  { name: "a removal of a tag", method: "DELETE", part: "/tags/a", status: 204 },
];

describe.each(CHANGES)("If-Match on $name", ({ method, part, status, request = {} }) => {
  /** An image, the path of the change, and the entity tag that the change must match. */
  async function prepare(): Promise<{ image: string; path: string; entityTag: string }> {
    const image = await makeImage(server, { tags: ["a", "b"] });
    const own = part === "" ? "" : "/tags";
    return {
      image,
      path: `/v2/images/${image}${part}`,
      entityTag: await entityTagOf(`/v2/images/${image}${own}`),
    };
  }

  it.each([
    ["the entity tag", (tag: string) => tag],
    ["it among others", (tag: string) => `"x" ,W/"y",, ${tag}`],
    ["*", () => "*"],
  ])("with %s lets it be made", async (_form, form) => {
    const { path, entityTag } = await prepare();
    expect((await change(method, path, form(entityTag), request)).status).toBe(status);
  });

  it.each([
    ["another entity tag", () => '"x"'],
    ["several others", (tag: string) => `"x", "${tag.slice(2)}, "*"`],
    ["the entity tag, but weak", (tag: string) => `W/${tag}`],
  ])("with %s refuses it with 412, and nothing is written", async (_form, form) => {
    const { image, path, entityTag } = await prepare();
    const before = await ask(server, "GET", `/v2/images/${image}`);
    const reply = await change(method, path, form(entityTag), request);
    expect([reply.status, errorIn(reply)]).toEqual([
      412,
      {
        code: 412,
        title: "Precondition Failed",
        reason: "precondition-failed",
        message: `Image ${image} is not in the state that If-Match asks for: it was changed meanwhile.`,
      },
    ]);
    expect((await ask(server, "GET", `/v2/images/${image}`)).body).toBe(before.body);
  });

  it.each(["x", "", '"x', 'x"', '"x" "y"', "*, *", '*, "x"', 'w/"x"', '"x"; a'])(
    "with %j, which is none, is 400",
    async (ifMatch) => {
      const { image, path } = await prepare();
      const reply = await change(method, path, ifMatch, request);
      expect(reply.status).toBe(400);
      expect(errorIn(reply).message).toMatch(/^If-Match must be \* or entity tags/);
      expect(await tagsShown(server, image)).toEqual(["a", "b"]);
    },
  );

  it("comes after visibility and policy", async () => {
    const { image, path, entityTag } = await prepare();
    expect((await change(method, path, '"x"', { ...request, as: "BETA_MEMBER" })).status).toBe(404);
    addMember(server.databasePath, image, "beta", "accepted");
    for (const held of ['"x"', entityTag, "*"]) {
      expect((await change(method, path, held, { ...request, as: "BETA_MEMBER" })).status).toBe(403);
    }
    expect((await change(method, `/v2/images/nowhere${part}`, "*", request)).status).toBe(404);
  });
});

describe("If-Match comes before all else that can be wrong:", () => {
  const many = Array.from({ length: 40 }, (_, index) => `t${index}`);

  it.each([
    ["a tag that is not there", "DELETE", "/tags/nowhere", 404, undefined],
    ["one tag too many", "PUT", "/tags/more", 413, undefined],
    ["a list of too many tags", "PUT", "/tags", 413, JSON.stringify({ tags: [...many, "more"] })],
    [
      "a patch of too many tags",
      "PATCH",
      "",
      413,
      JSON.stringify([{ op: "add", path: "/tags", value: [...many, "more"] }]),
    ],
    ["a patch of what is not there", "PATCH", "", 409, '[{"op":"remove","path":"/nothing"}]'],
  ])("%s", async (_, method, part, status, body) => {
    const image = await makeImage(server, { tags: many });
    const path = `/v2/images/${image}${part}`;
    const request = body === undefined ? {} : { body };
    expect((await change(method, path, '"x"', request)).status).toBe(412);
    expect((await change(method, path, "*", request)).status).toBe(status);
  });
});

describe("of many changes that are held to one state, one is made:", () => {
  const COUNT = 32;

  it("patches", async () => {
    const path = `/v2/images/${await makeImage(server)}`;
    const entityTag = await entityTagOf(path);
    const replies = await Promise.all(
      Array.from({ length: COUNT }, (_, index) =>
        change("PATCH", path, entityTag, { body: setName(`n${index}`) }),
      ),
    );
    expect(statuses(replies)).toEqual([200, ...Array.from({ length: COUNT - 1 }, () => 412)]);
    const made = replies.findIndex(({ status }) => status === 200);
    expect(jsonOf(await ask(server, "GET", path))).toMatchObject({ name: `n${made}` });
  });

  it("replacements of the tags", async () => {
    const image = await makeImage(server, { tags: ["a"] });
    const path = `/v2/images/${image}/tags`;
    const entityTag = await entityTagOf(path);
    const replies = await Promise.all(
      Array.from({ length: COUNT }, (_, index) =>
        change("PUT", path, entityTag, { body: `{"tags":["t${index}"]}` }),
      ),
    );
    expect(statuses(replies)).toEqual([200, ...Array.from({ length: COUNT - 1 }, () => 412)]);
    const made = replies.findIndex(({ status }) => status === 200);
    expect(await tagsShown(server, image)).toEqual([`t${made}`]);
  });

  it("additions and removals of different tags", async () => {
    const tags = Array.from({ length: COUNT / 2 }, (_, index) => `t${index}`);
    const image = await makeImage(server, { tags });
    const path = `/v2/images/${image}/tags`;
    const entityTag = await entityTagOf(path);
    const replies = await Promise.all(
      tags.flatMap((tag) => [
        change("DELETE", `${path}/${tag}`, entityTag),
        change("PUT", `${path}/new-${tag}`, entityTag),
      ]),
    );
    expect(statuses(replies)).toEqual([204, ...Array.from({ length: COUNT - 1 }, () => 412)]);
    const shown = new Set(await tagsShown(server, image));
    expect([...shown.symmetricDifference(new Set(tags))]).toHaveLength(1);
  });
});
