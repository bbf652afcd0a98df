import { readFileSync, writeFileSync } from "node:fs";
import { temporaryFolder } from "@imagetags/testing/temporary-folder";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { IdentityUnavailable } from "../identity/caller.ts";
import { ask, errorIn, makeImage, tagsShown, type ApiRequest } from "../testing/api.ts";
import { DIFFERENCES, type DifferenceName } from "../testing/differences.ts";
import { glanceMariadb, whyNoMariadb } from "../testing/mariadb-databases.ts";
import { jsonOf } from "../testing/raw-request.ts";
import { DISK_HEADERS } from "../testing/disk-headers.ts";
import { upload } from "../testing/upload.ts";
import { startTestServer, type TestServer } from "../testing/test-server.ts";

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server[Symbol.asyncDispose]());

const statuses = (replies: readonly { status: number }[]): number[] =>
  replies.map(({ status }) => status).toSorted();

/** One proof for each row: a row without one does not compile. */
const TAG_EVENTS = z.looseObject({
  tag_events: z.array(z.looseObject({ id: z.string(), action: z.string() })),
});

const PROOFS: Readonly<Record<DifferenceName, () => Promise<void>>> = {
  async deleteBody() {
    const image = await makeImage(server, { tags: ["a", "b", "c"] });
    const path = `/v2/images/${image}/tags`;
    const large = "x".repeat(2_000_000);
    expect((await ask(server, "DELETE", `${path}/a`, { body: '{"a"' })).status).toBe(204);
    expect((await ask(server, "DELETE", `${path}/b`, { body: large, chunked: true })).status).toBe(204);
    const encoded = [["Content-Encoding", "nonsense"]] as const;
    expect((await ask(server, "DELETE", `${path}/c`, { body: "x", headers: encoded })).status).toBe(204);
    expect((await ask(server, "DELETE", `${path}/c`, { body: "x" })).status).toBe(404);
  },

  async once() {
    const image = await makeImage(server, { tags: ["a", "b"] });
    const replies = await Promise.all(
      Array.from({ length: 64 }, () => ask(server, "DELETE", `/v2/images/${image}/tags/a`)),
    );
    expect(statuses(replies)).toEqual([204, ...Array.from({ length: 63 }, () => 404)]);
    expect(await tagsShown(server, image)).toEqual(["b"]);
  },

  async parallel() {
    const tags = Array.from({ length: 40 }, (_, index) => `t${index}`);
    const image = await makeImage(server, { tags: tags.slice(0, 20) });
    const replies = await Promise.all(
      tags.map((tag, index) => ask(server, index < 20 ? "DELETE" : "PUT", `/v2/images/${image}/tags/${tag}`)),
    );
    expect(statuses(replies)).toEqual(tags.map(() => 204));
    expect(await tagsShown(server, image)).toEqual(tags.slice(20).toSorted());
  },

  async methodOverride() {
    const image = await makeImage(server, { tags: ["x"] });
    const path = `/v2/images/${image}/tags/x?_method=DELETE`;
    expect((await ask(server, "GET", path)).status).toBe(204);
    expect((await ask(server, "POST", path)).status).toBe(405);
    const override = [["X-HTTP-Method-Override", "DELETE"]] as const;
    expect((await ask(server, "POST", path, { headers: override })).status).toBe(405);
    expect(await tagsShown(server, image)).toEqual(["x"]);
  },

  async nonAscii() {
    const image = await makeImage(server, { tags: ["é", "日本語"] });
    expect((await ask(server, "DELETE", `/v2/images/${image}/tags/%C3%A9`)).status).toBe(204);
    expect((await ask(server, "PUT", `/v2/images/${image}/tags/%c3%bc`)).status).toBe(204);
    expect(await tagsShown(server, image)).toEqual(["ü", "日本語"]);
  },

  async slash() {
    const image = await makeImage(server, { tags: ["a/b", "c"] });
    expect((await ask(server, "DELETE", `/v2/images/${image}/tags/a%2Fb`)).status).toBe(204);
    expect((await ask(server, "PUT", `/v2/images/${image}/tags/d%2fe`)).status).toBe(204);
    expect(await tagsShown(server, image)).toEqual(["c", "d/e"]);
  },

  async exact() {
    const pairs = [
      ["Prod", "prod"],
      ["é", "e"],
      ["a", "a "],
      ["ß", "ss"],
      ["\u00e9x", "e\u0301x"],
    ] as const;
    const image = await makeImage(server, { tags: pairs.flat() });
    for (const [gone] of pairs) {
      const reply = await ask(server, "DELETE", `/v2/images/${image}/tags/${encodeURIComponent(gone)}`);
      expect(reply.status, gone).toBe(204);
    }
    expect(await tagsShown(server, image)).toEqual(pairs.map(([, stays]) => stays).toSorted());
  },

  async colliding() {
    const missing = await whyNoMariadb();
    if (missing !== undefined) {
      expect(process.env["CI"], missing).toBeUndefined();
      return;
    }
    const taken = await glanceMariadb.take();
    {
      await using beside = await startTestServer({ env: { IMAGETAGS_DATABASE_URL: taken.url } });
      const image = await makeImage(beside, { tags: ["Prod", "e"] });
      const path = `/v2/images/${image}`;
      const patchType = [["Content-Type", "application/openstack-images-v2.1-json-patch"]] as const;
      const patched = (value: readonly string[]) =>
        ask(beside, "PATCH", path, {
          headers: patchType,
          body: JSON.stringify([{ op: "replace", path: "/tags", value }]),
        });
      const refused = [
        await ask(beside, "PUT", `${path}/tags/prod`),
        await ask(beside, "PUT", `${path}/tags/Prod%20`),
        await ask(beside, "PUT", `${path}/tags/%C3%A9`),
        await ask(beside, "PUT", `${path}/tags`, { body: JSON.stringify({ tags: ["Prod", "prod"] }) }),
        await patched(["Prod", "prod"]),
        await patched(["web", "Web"]),
        await ask(beside, "POST", "/v2/images", { body: JSON.stringify({ tags: ["web", "Web"] }) }),
      ];
      for (const reply of refused) {
        expect([reply.status, errorIn(reply).reason]).toEqual([409, "colliding-tag"]);
      }
      expect(await tagsShown(beside, image)).toEqual(["Prod", "e"]);
      expect((await ask(beside, "DELETE", `${path}/tags/prod`)).status).toBe(404);
      expect((await patched(["prod", "e"])).status).toBe(200);
      expect(await tagsShown(beside, image)).toEqual(["e", "prod"]);
    }
    await taken.giveBack();
  },

  async notUtf8() {
    const image = await makeImage(server, { tags: ["a"] });
    for (const bytes of ["%ff", "%C3", "%E9", "%C0%AF", "%ED%A0%80", "a%80"]) {
      for (const method of ["DELETE", "PUT", "GET"]) {
        const reply = await ask(server, method, `/v2/images/${image}/tags/${bytes}`);
        expect(reply.status, `${method} ${bytes}`).toBe(400);
        expect(errorIn(reply).message).toContain("UTF-8");
      }
      expect((await ask(server, "DELETE", `/v2/images/${bytes}/tags/a`)).status).toBe(400);
    }
  },

  async longTag() {
    const image = await makeImage(server);
    const fits = encodeURIComponent("😀".repeat(255));
    const tooLong = encodeURIComponent("😀".repeat(256));
    expect((await ask(server, "PUT", `/v2/images/${image}/tags/${fits}`)).status).toBe(204);
    expect((await ask(server, "DELETE", `/v2/images/${image}/tags/${fits}`)).status).toBe(204);
    const reply = await ask(server, "DELETE", `/v2/images/${image}/tags/${tooLong}`);
    expect(reply.status).toBe(400);
    expect(errorIn(reply).message).toBe("A tag has at most 255 characters, this one has 256.");
  },

  async keystoneDown() {
    await using down = await startTestServer({
      tokens: {
        validate() {
          throw new IdentityUnavailable("The identity service cannot be reached.");
        },
      },
    });
    const reply = await ask(down, "DELETE", "/v2/images/x/tags/%zz");
    expect(reply.status).toBe(503);
    expect(Number(reply.headers["retry-after"])).toBeGreaterThan(0);
    expect(errorIn(reply).code).toBe(503);
  },

  async errors() {
    const image = await makeImage(server);
    for (const accept of ["text/html", "text/plain", "application/xml", "*/*", ";;,"]) {
      const headers = [["Accept", accept]] as const;
      const path = `/v2/images/${image}/tags/x`;
      const replies = await Promise.all([
        ask(server, "DELETE", path, { headers }),
        ask(server, "DELETE", path, { headers, as: "ALPHA_READER" }),
        ask(server, "POST", path, { headers }),
        ask(server, "DELETE", `${path}%`, { headers }),
        ask(server, "GET", "/v2/nonsense", { headers }),
      ]);
      expect(replies.map(({ status }) => status)).toEqual([404, 403, 405, 400, 404]);
      for (const reply of replies) {
        expect(reply.headers["content-type"]).toBe("application/json");
        expect(errorIn(reply).code).toBe(reply.status);
        expect(reply.body).not.toContain("<br");
      }
    }
  },

  async nextLink() {
    for (let index = 0; index < 3; index += 1)
      await makeImage(server, { tags: ["page a", "page&b", `${index}`] });
    const reply = await ask(server, "GET", "/v2/images?tag=page%20a&limit=2&tag=page%26b");
    const page: { next: string; first: string; images: { id: string }[] } = JSON.parse(reply.body);
    const query = new URLSearchParams(page.next.slice("/v2/images".length));
    expect(query.getAll("tag")).toEqual(["page a", "page&b"]);
    expect(query.get("marker")).toBe(page.images[1]?.id);
    const second: { next?: string; images: unknown[] } = JSON.parse(
      (await ask(server, "GET", page.next)).body,
    );
    expect(second.images).toHaveLength(1);
    expect(second.next).toBeUndefined();
  },

  async tagCollection() {
    const image = await makeImage(server, { tags: ["b", "a"] });
    const tags = `/v2/images/${image}/tags`;
    expect(jsonOf(await ask(server, "GET", tags))).toEqual({ tags: ["a", "b"] });
    expect((await ask(server, "GET", `${tags}/a`)).status).toBe(204);
    expect((await ask(server, "HEAD", `${tags}/a`)).status).toBe(204);
    expect((await ask(server, "GET", `${tags}/c`)).status).toBe(404);
    expect((await ask(server, "HEAD", `${tags}/c`)).status).toBe(404);
    const replaced = await ask(server, "PUT", tags, { body: '{"tags":["c","b","c"]}' });
    expect([replaced.status, jsonOf(replaced)]).toEqual([200, { tags: ["b", "c"] }]);
    expect((await ask(server, "DELETE", tags)).status).toBe(204);
    expect(await tagsShown(server, image)).toEqual([]);
    expect((await ask(server, "DELETE", tags)).status).toBe(204);
  },

  async tagEvents() {
    const image = await makeImage(server, { tags: ["a"] });
    const newest = async (path: string) => {
      const [event] = TAG_EVENTS.parse(jsonOf(await ask(server, "GET", path))).tag_events;
      return event;
    };
    expect((await ask(server, "DELETE", `/v2/images/${image}/tags/a`)).status).toBe(204);
    const removal = await newest(`/v2/tag-events?image_id=${image}`);
    expect(removal?.action).toBe("removed");
    const undo = () => ask(server, "POST", `/v2/tag-events/${removal?.id}/undo`);
    expect([(await undo()).status, (await undo()).status]).toEqual([204, 409]);
    expect((await newest(`/v2/images/${image}/tag-events`))?.action).toBe("added");
    expect(await tagsShown(server, image)).toEqual(["a"]);
  },
  async cloudTags() {
    const from = await makeImage(server, { tags: ["handed-on"] });
    const to = await makeImage(server);
    const moved = await ask(server, "POST", "/v2/tags/handed-on/move", { body: JSON.stringify({ to }) });
    expect([moved.status, jsonOf(moved)]).toEqual([200, { tag: "handed-on", to, from: [from] }]);
    const all = await ask(server, "GET", "/v2/tags?name=handed-on");
    expect(jsonOf(all)).toMatchObject({ tags: [{ name: "handed-on", images: 1 }] });
  },

  async tagRules() {
    const image = await makeImage(server, { tags: ["rule-1"] });
    const body = '{"pattern":"rule-*","forbid":["remove"],"project_id":"alpha"}';
    const made = await ask(server, "POST", "/v2/tag-rules", { as: "ADMIN", body });
    expect(made.status).toBe(201);
    const { id } = z.looseObject({ id: z.string() }).parse(jsonOf(made));
    const removal = () => ask(server, "DELETE", `/v2/images/${image}/tags/rule-1`);
    expect((await removal()).status).toBe(403);
    expect((await ask(server, "GET", `/v2/tag-rules/${id}`)).status).toBe(200);
    expect((await ask(server, "DELETE", `/v2/tag-rules/${id}`, { as: "ADMIN" })).status).toBe(204);
    expect((await ask(server, "GET", "/v2/tag-rules")).status).toBe(200);
    expect((await removal()).status).toBe(204);
  },

  async tagActions() {
    const image = await makeImage(server, { tags: ["outdated"] });
    const change = (headers: NonNullable<ApiRequest["headers"]>, dryRun: boolean) =>
      ask(server, "POST", "/v2/tag-actions", {
        headers,
        body: JSON.stringify({ remove: ["outdated"], where: { id: image }, dry_run: dryRun }),
      });
    const told = await change([], true);
    expect(told.status).toBe(200);
    expect(await tagsShown(server, image)).toEqual(["outdated"]);
    const agreed = [["If-Match", told.headers["etag"] ?? ""]] as const;
    expect((await change([], false)).status).toBe(428);
    expect([(await change(agreed, false)).status, (await change(agreed, false)).status]).toEqual([200, 412]);
    expect(await tagsShown(server, image)).toEqual([]);
  },

  async emptyTag() {
    const image = await makeImage(server, { tags: ["a"] });
    const reply = await ask(server, "POST", "/v2/images", { body: '{"tags":["a",""]}' });
    expect(reply.status).toBe(400);
    expect(errorIn(reply).message).toBe("Invalid body.tags.1: A tag must not be empty.");
    expect((await ask(server, "PUT", `/v2/images/${image}/tags`, { body: '{"tags":[""]}' })).status).toBe(
      400,
    );
    const patched = await patch(image, [""]);
    expect(patched.status).toBe(400);
    expect(await tagsShown(server, image)).toEqual(["a"]);
  },

  async controlCharacter() {
    const image = await makeImage(server);
    const reply = await ask(server, "PUT", `/v2/images/${image}/tags/a%0Ab`);
    expect(reply.status).toBe(400);
    expect(errorIn(reply).message).toBe("A tag must not contain control characters, this one has U+000A.");
    expect((await ask(server, "POST", "/v2/images", { body: '{"tags":["\\u0000"]}' })).status).toBe(400);
    expect((await patch(image, ["\u0085"])).status).toBe(400);
    // Tags that Glance has stored can be removed, so an absent one is 404 and not 400.
    expect((await ask(server, "DELETE", `/v2/images/${image}/tags/a%0Ab`)).status).toBe(404);
  },

  async fourByte() {
    const image = await makeImage(server, { tags: ["😀"] });
    expect((await ask(server, "PUT", `/v2/images/${image}/tags/%F0%9F%9A%80`)).status).toBe(204);
    expect(await tagsShown(server, image)).toEqual(["😀", "🚀"].toSorted());
    expect((await ask(server, "DELETE", `/v2/images/${image}/tags/%F0%9F%98%80`)).status).toBe(204);
    expect(await tagsShown(server, image)).toEqual(["🚀"]);
  },

  async quotaOfDifferentTags() {
    const tags = Array.from({ length: 128 }, (_, index) => `t${index}`);
    const image = await makeImage(server, { tags: [...tags, "t0", "t1"] });
    expect(await tagsShown(server, image)).toHaveLength(128);
    const over = JSON.stringify({ tags: [...tags, "one more"] });
    const reply = await ask(server, "POST", "/v2/images", { body: over });
    expect(reply.status).toBe(413);
    expect(errorIn(reply).message).toContain("Attempted: 129, Maximum: 128");
    expect((await patch(image, [...tags, "t0"])).status).toBe(200);
    expect((await patch(image, [...tags, "one more"])).status).toBe(413);
  },

  async putBody() {
    const image = await makeImage(server);
    const path = `/v2/images/${image}/tags`;
    expect((await ask(server, "PUT", `${path}/a`, { body: "{}" })).status).toBe(204);
    expect((await ask(server, "PUT", `${path}/b`, { body: "{", chunked: true })).status).toBe(204);
    expect(await tagsShown(server, image)).toEqual(["a", "b"]);
    for (const own of ["", "/members", "/tags"]) {
      const reply = await ask(server, "GET", `/v2/images/${image}${own}`, { body: "{" });
      expect(reply.status, own).toBe(200);
    }
    // A queued image is 403, with a body as without.
    const deactivate = `/v2/images/${image}/actions/deactivate`;
    expect((await ask(server, "POST", deactivate, { body: "{" })).status).toBe(403);
  },

  async malformedEncoding() {
    const image = await makeImage(server, { tags: ["100%", "%zz"] });
    for (const path of ["100%", "%zz", "%", "a%2"]) {
      expect((await ask(server, "DELETE", `/v2/images/${image}/tags/${path}`)).status, path).toBe(400);
    }
    expect(await tagsShown(server, image)).toEqual(["%zz", "100%"]);
    expect((await ask(server, "DELETE", `/v2/images/${image}/tags/100%25`)).status).toBe(204);
    for (const query of ["%zz", "name=%zz", "name=%"]) {
      const reply = await ask(server, "GET", `/v2/images?${query}`);
      expect([reply.status, errorIn(reply).reason], query).toEqual([400, "malformed-query"]);
    }
  },

  async oneAddress() {
    const image = await makeImage(server, { tags: ["a"] });
    for (const path of [
      `/v2//images/${image}/tags/a`,
      `/v2/images/${image}//tags/a`,
      `/v2/images/${image}/tags//a`,
      `/v2/images/${image}/tags%2Fa`,
      `/v2/images%2F${image}/tags/a`,
      `/v2/images/${image}/tags/a/`,
    ]) {
      expect((await ask(server, "DELETE", path)).status, path).toBe(404);
    }
    expect(await tagsShown(server, image)).toEqual(["a"]);
  },

  async encodedLetters() {
    const image = await makeImage(server, { tags: ["x"] });
    const spelled = `/v2/%69mages/${image}/%74ags/%78`;
    expect((await ask(server, "DELETE", spelled, { as: "ALPHA_READER" })).status).toBe(403);
    expect((await ask(server, "DELETE", spelled)).status).toBe(204);
    expect(await tagsShown(server, image)).toEqual([]);
  },

  async clearingQuery() {
    const image = await makeImage(server, { tags: ["a", "x"] });
    for (const query of ["?tag=x", "?tag=x&tag=y", "?x", "?__proto__=x"]) {
      const reply = await ask(server, "DELETE", `/v2/images/${image}/tags${query}`);
      expect([reply.status, errorIn(reply).reason]).toEqual([400, "unexpected-query"]);
      expect(errorIn(reply).message).toContain(`DELETE /v2/images/${image}/tags/{tag}`);
    }
    expect(await tagsShown(server, image)).toEqual(["a", "x"]);
    expect((await ask(server, "DELETE", `/v2/images/${image}/tags?`)).status).toBe(204);
  },

  async absoluteForm() {
    const image = await makeImage(server, { tags: ["a", "b", "c"] });
    for (const [prefix, tag] of [
      [server.url, "a"],
      ["https://elsewhere.example:1", "b"],
      ["HTTP://[::1]", "%63"],
    ] as const) {
      expect((await ask(server, "DELETE", `${prefix}/v2/images/${image}/tags/${tag}`)).status).toBe(204);
    }
    expect(await tagsShown(server, image)).toEqual([]);
    // The authority of the target goes before the Host header (RFC 9112, section 3.2.2).
    const made = await ask(server, "POST", "http://glance.example/v2/images", { body: "{}" });
    expect(made.headers["location"]).toMatch(/^http:\/\/glance\.example\/v2\/images\//);
    for (const [target, status] of [
      ["http://host", 300],
      ["http://host?a", 300],
      ["http://host/nonsense", 404],
      ["http://[::1/v2/images", 400],
      ["http://user:password@host/v2/images", 400],
    ] as const) {
      expect((await ask(server, "GET", target)).status, target).toBe(status);
    }
  },

  async unknownPath() {
    for (const path of [
      "/nonsense",
      "/healthz",
      "/v1",
      "/v3/images",
      "/v2.17/images",
      "/V2/images",
      "//",
      "/imagesx",
    ]) {
      for (const method of ["GET", "DELETE"]) {
        const reply = await ask(server, method, path, { as: "NOBODY" });
        expect([reply.status, errorIn(reply).reason], `${method} ${path}`).toEqual([404, "no-such-path"]);
      }
    }
    for (const path of ["/", "/?a", "/images", "/images/x/tags/y"]) {
      expect((await ask(server, "DELETE", path, { as: "NOBODY" })).status, path).toBe(300);
    }
    expect((await ask(server, "GET", "/versions", { as: "NOBODY" })).status).toBe(200);
    expect((await ask(server, "POST", "/openapi.json", { as: "NOBODY" })).status).toBe(405);
  },

  async storageToken() {
    const reply = await ask(server, "DELETE", "/v2/images/x/tags/a", {
      as: "NOBODY",
      headers: [["X-Storage-Token", "alpha_member"]],
    });
    expect(reply.status).toBe(401);
  },

  async ifMatch() {
    const image = await makeImage(server, { tags: ["a", "b", "c"] });
    const tags = `/v2/images/${image}/tags`;
    const change = (method: string, path: string, entityTag: string | undefined, body?: string) =>
      ask(server, method, path, {
        headers: [
          ["If-Match", entityTag ?? ""],
          ["Content-Type", "application/openstack-images-v2.1-json-patch"],
        ],
        ...(body === undefined ? {} : { body }),
      });
    const seen = (await ask(server, "GET", tags)).headers["etag"];
    expect((await change("DELETE", `${tags}/a`, seen)).status).toBe(204);
    const late = await change("DELETE", `${tags}/b`, seen);
    expect([late.status, errorIn(late).title]).toEqual([412, "Precondition Failed"]);
    expect((await change("PUT", `${tags}/d`, seen)).status).toBe(412);
    expect((await change("PUT", tags, seen, '{"tags":[]}')).status).toBe(412);
    expect((await change("DELETE", tags, seen)).status).toBe(412);
    expect((await change("PATCH", `/v2/images/${image}`, seen, "[]")).status).toBe(412);
    expect((await change("DELETE", `/v2/images/${image}`, seen)).status).toBe(412);
    const read = (headers: readonly (readonly [string, string])[]) => ask(server, "GET", tags, { headers });
    expect((await read([["If-Match", seen ?? ""]])).status).toBe(412);
    const { etag = "" } = (await read([])).headers;
    expect((await read([["If-None-Match", etag]])).status).toBe(304);
    expect(await tagsShown(server, image)).toEqual(["b", "c"]);
  },

  async permissionFirst() {
    const image = await makeImage(server);
    for (const body of ["{", "[]", '[{"op":"replace","path":"/name","value":"x"}]']) {
      const sent = { headers: PATCH_HEADERS, body };
      expect(
        (await ask(server, "PATCH", `/v2/images/${image}`, { as: "ALPHA_READER", ...sent })).status,
      ).toBe(403);
      expect((await ask(server, "PATCH", `/v2/images/${image}`, { as: "BETA_MEMBER", ...sent })).status).toBe(
        404,
      );
      expect((await ask(server, "POST", "/v2/images", { as: "ALPHA_READER", body })).status).toBe(403);
    }
  },

  async policyRuleGone() {
    using folder = temporaryFolder();
    const file = folder.at("policy.yaml");
    writeFileSync(file, 'delete_image_tag: "!"\n');
    await using closed = await startTestServer({ env: { IMAGETAGS_POLICY_FILE: file } });
    const image = await makeImage(closed, { tags: ["a"] });
    const remove = async () => (await ask(closed, "DELETE", `/v2/images/${image}/tags/a`)).status;
    expect(await remove()).toBe(403);
    writeFileSync(file, 'delete_image: "!"\n');
    await expect.poll(remove, { timeout: 20_000 }).toBe(204);
  },

  async head() {
    const image = await makeImage(server, { tags: ["a"] });
    for (const path of [
      "/v2/images",
      `/v2/images/${image}`,
      `/v2/images/${image}/file`,
      `/v2/images/${image}/members`,
      `/v2/images/${image}/members/nobody`,
      `/v2/images/${image}/tags/a`,
      "/v2/schemas/image",
      "/v2/info/stores",
      "/healthcheck",
    ]) {
      const [get, head] = [await ask(server, "GET", path), await ask(server, "HEAD", path)];
      expect([head.status, head.body], path).toEqual([get.status, ""]);
      for (const name of ["content-length", "content-type", "etag"])
        expect(head.headers[name], path).toBe(get.headers[name]);
    }
  },

  async liveAndReady() {
    for (const path of ["/livez", "/readyz"]) expect((await ask(server, "GET", path)).status).toBe(200);
  },

  async contentRange() {
    const image = await imageOfData("0123456789");
    for (const value of ["bytes 0-3/10", "bytes */10", "x"]) {
      const headers = [["Content-Range", value]] as const;
      const reply = await ask(server, "GET", `/v2/images/${image}/file`, { headers });
      expect([reply.status, reply.body], value).toEqual([200, "0123456789"]);
    }
    const headers = [["Range", "bytes=0-3"]] as const;
    const part = await ask(server, "GET", `/v2/images/${image}/file`, { headers });
    expect([part.status, part.body]).toEqual([206, "0123"]);
  },

  async rangeIgnored() {
    const image = await imageOfData("0123456789");
    for (const headers of [
      [["Range", "lines=0-1"]],
      [
        ["Range", "bytes=0-3"],
        ["If-Range", '"x"'],
      ],
    ] as const) {
      const reply = await ask(server, "GET", `/v2/images/${image}/file`, { headers });
      expect([reply.status, reply.body]).toEqual([200, "0123456789"]);
    }
  },

  async mediaTypeCase() {
    const image = await makeImage(server, { disk_format: "raw", container_format: "bare" });
    const patched = await ask(server, "PATCH", `/v2/images/${image}`, {
      headers: [["Content-Type", "APPLICATION/OpenStack-Images-v2.1-JSON-Patch"]],
      body: "[]",
    });
    expect(patched.status).toBe(200);
    const uploaded = await ask(server, "PUT", `/v2/images/${image}/file`, {
      headers: [["Content-Type", "Application/Octet-Stream"]],
      body: "data",
    });
    expect(uploaded.status).toBe(204);
  },

  async notServed() {
    const image = await makeImage(server);
    for (const path of [
      "/v2/tasks",
      "/v2/tasks/1",
      "/v2/cache",
      "/v2/schemas/task",
      "/v2/schemas/metadefs/namespace",
      "/v2/metadefs/namespaces",
      "/v2/info/stores/detail",
      `/v2/stores/fast/${image}`,
      `/v2/images/${image}/stage`,
      `/v2/images/${image}/import`,
      `/v2/images/${image}/tasks`,
    ]) {
      for (const method of ["GET", "POST", "DELETE"]) {
        const reply = await ask(server, method, path);
        expect([reply.status, errorIn(reply).reason], `${method} ${path}`).toEqual([404, "no-such-path"]);
      }
    }
  },

  async oneStore() {
    const image = await makeImage(server, { disk_format: "raw", container_format: "bare" });
    const uploadWith = (headers: readonly (readonly [string, string])[]) =>
      ask(server, "PUT", `/v2/images/${image}/file`, {
        headers: [["Content-Type", "application/octet-stream"], ...headers],
        body: "data",
      });
    expect((await uploadWith([["X-Image-Meta-Store", "file"]])).status).toBe(400);
    expect((await uploadWith([])).status).toBe(204);
  },

  async olderAddresses() {
    for (const minor of [8, 10, 11, 12, 13, 14, 16])
      expect((await ask(server, "GET", `/v2.${minor}/images`)).status, `v2.${minor}`).toBe(200);
  },

  async wrongFilter() {
    for (const query of [
      ...["size", "virtual_size", "min_disk", "min_ram"].flatMap((name) => [`${name}=abc`, `${name}=`]),
      "size=1.0",
      "size=1_0",
      "size_min=abc",
      "visibility=",
      "visibility=bogus",
    ]) {
      const reply = await ask(server, "GET", `/v2/images?${query}`);
      expect([reply.status, errorIn(reply).reason], query).toEqual([400, "invalid-query"]);
    }
  },

  async filterTwice() {
    for (const name of [
      "name",
      "status",
      "size_min",
      "visibility",
      "os_hidden",
      "created_at",
      "limit",
      "sort",
      "x",
    ]) {
      const reply = await ask(server, "GET", `/v2/images?${name}=1&${name}=2`);
      expect([reply.status, errorIn(reply).message], name).toEqual([400, `${name} is given more than once.`]);
    }
    expect((await ask(server, "GET", "/v2/images?tag=a&tag=b&sort_key=name&sort_key=id")).status).toBe(200);
  },

  async tagFilterBlanks() {
    const image = await makeImage(server, { tags: [" blank "] });
    const found = async (value: string) => {
      const reply = await ask(server, "GET", `/v2/images?tag=${value}`);
      const page: { images: { id: string }[] } = JSON.parse(reply.body);
      return page.images.map(({ id }) => id);
    };
    expect(await found("%20blank%20")).toEqual([image]);
    for (const other of ["blank", "%20blank", "blank%20", "%0ablank"]) expect(await found(other)).toEqual([]);
  },

  async filterOutOfRange() {
    for (const name of ["size", "size_min", "size_max", "min_ram"]) {
      const reply = await ask(server, "GET", `/v2/images?${name}=99999999999999999999`);
      expect([reply.status, errorIn(reply).reason], name).toEqual([400, "invalid-query"]);
    }
    for (const name of ["locations", "properties"]) {
      const reply = await ask(server, "GET", `/v2/images?${name}=x`);
      expect([reply.status, jsonOf(reply)], name).toMatchObject([200, { images: [] }]);
    }
  },

  async bodyOfAnotherForm() {
    const image = await makeImage(server, { visibility: "shared" });
    const replies = [
      await ask(server, "POST", "/v2/images", { body: "[]" }),
      await ask(server, "PATCH", `/v2/images/${image}`, {
        headers: PATCH_HEADERS,
        body: '[{"op":"add","path":5,"value":"x"}]',
      }),
      await ask(server, "POST", `/v2/images/${image}/members`, { body: '{"member":5}' }),
    ];
    for (const reply of replies) expect([reply.status, errorIn(reply).reason]).toEqual([400, "invalid-body"]);
  },

  async hashesSet() {
    for (const name of ["os_hash_algo", "os_hash_value", "checksum"]) {
      const reply = await ask(server, "POST", "/v2/images", { body: JSON.stringify({ [name]: "x" }) });
      expect([reply.status, errorIn(reply).reason], name).toEqual([403, "read-only-attribute"]);
    }
  },

  async propertyBounds() {
    const image = await makeImage(server);
    for (const [name, value] of [
      ["", "x"],
      ["n".repeat(256), "x"],
      ["x", "y".repeat(65_536)],
      ["x", "é".repeat(32_768)],
      ["description", "y".repeat(65_536)],
    ] as const) {
      const made = await ask(server, "POST", "/v2/images", { body: JSON.stringify({ [name]: value }) });
      const set = await ask(server, "PATCH", `/v2/images/${image}`, {
        headers: PATCH_HEADERS,
        body: JSON.stringify([{ op: "add", path: `/${name}`, value }]),
      });
      expect([made.status, set.status], name).toEqual([400, 400]);
    }
    const pointer = await ask(server, "PATCH", `/v2/images/${image}`, {
      headers: PATCH_HEADERS,
      body: '[{"op":"add","path":"//a","value":"b"}]',
    });
    expect(pointer.status).toBe(400);
    await makeImage(server, { ["n".repeat(255)]: "y".repeat(65_535) });
  },

  async memberBounds() {
    const image = await makeImage(server, { visibility: "shared" });
    for (const member of ["x".repeat(256), "a\u0000b", "a\nb", ""]) {
      const reply = await ask(server, "POST", `/v2/images/${image}/members`, {
        body: JSON.stringify({ member }),
      });
      expect([reply.status, errorIn(reply).reason]).toEqual([400, "invalid-body"]);
    }
  },

  async pointerBlanks() {
    const image = await makeImage(server, { " x ": "a" });
    const change = (path: string) =>
      ask(server, "PATCH", `/v2/images/${image}`, {
        headers: PATCH_HEADERS,
        body: JSON.stringify([{ op: "replace", path, value: "b" }]),
      });
    expect((await change("/x")).status).toBe(409);
    expect(jsonOf(await change("/ x "))).toMatchObject({ " x ": "b" });
  },

  async oddDiskHeader() {
    const kindless = DISK_HEADERS.vmdk(1_048_576n);
    kindless.fill(0, 512);
    for (const [format, data] of [
      ["vmdk", kindless],
      ["qcow2", DISK_HEADERS.qcow2(2n ** 63n)],
    ] as const) {
      const image = await makeImage(server, { disk_format: format, container_format: "bare" });
      expect((await upload(server, image, data)).status).toBe(204);
      const shown = jsonOf(await ask(server, "GET", `/v2/images/${image}`));
      expect(shown).toMatchObject({ status: "active", size: data.length, virtual_size: null });
    }
  },

  async gzip() {
    const headers = [["Accept-Encoding", "gzip"]] as const;
    const [zipped, plain] = [
      await ask(server, "HEAD", "/v2/schemas/image", { headers }),
      await ask(server, "HEAD", "/v2/schemas/image"),
    ];
    expect([zipped.headers["content-encoding"], plain.headers["content-encoding"]]).toEqual([
      "gzip",
      undefined,
    ]);
    const lengths = [zipped, plain].map((reply) => Number(reply.headers["content-length"]));
    expect(lengths[0]).toBeLessThan((lengths[1] ?? 0) / 3);
  },

  async ownerless() {
    const image = await makeImage(server);
    for (const [op, owner] of [
      ["add", null],
      ["replace", null],
      ["add", "beta"],
    ]) {
      const reply = await ask(server, "PATCH", `/v2/images/${image}`, {
        headers: PATCH_HEADERS,
        body: JSON.stringify([{ op, path: "/owner", value: owner }]),
      });
      expect([reply.status, errorIn(reply).reason]).toEqual([403, "forbidden"]);
    }
  },

  async bareVersion() {
    for (const path of ["/v2", "/v2/", "/v2.7"]) {
      const reply = await ask(server, "GET", path);
      expect([reply.status, reply.headers["location"]], path).toEqual([404, undefined]);
    }
  },

  async unknownMethod() {
    expect((await ask(server, "PROPFIND", "/v2/nonsense")).status).toBe(404);
    expect((await ask(server, "PROPFIND", "/v2/images")).status).toBe(405);
    expect((await ask(server, "CONNECT", "/v2/images")).status).toBe(501);
  },

  async longRequestId() {
    const ids = {
      ["r".repeat(64)]: true,
      ["r".repeat(65)]: false,
      "a b": false,
      "a\u00e9": false,
      "Az_9-": true,
    };
    for (const [id, taken] of Object.entries(ids)) {
      const reply = await ask(server, "GET", "/v2/images", { headers: [["X-Openstack-Request-Id", id]] });
      expect(reply.status).toBe(200);
      const answered = reply.headers["x-openstack-request-id"];
      if (taken) expect(answered).toBe(id);
      else expect(answered).toMatch(/^req-[0-9a-f]{8}-[0-9a-f-]{27}$/);
    }
  },
};

const PATCH_HEADERS = [["Content-Type", "application/openstack-images-v2.1-json-patch"]] as const;

/** Makes an image that has data. */
async function imageOfData(data: string): Promise<string> {
  const image = await makeImage(server, { disk_format: "raw", container_format: "bare" });
  const headers = [["Content-Type", "application/octet-stream"]] as const;
  const reply = await ask(server, "PUT", `/v2/images/${image}/file`, { headers, body: data });
  expect(reply.status).toBe(204);
  return image;
}

function patch(imageId: string, tags: readonly string[]) {
  return ask(server, "PATCH", `/v2/images/${imageId}`, {
    headers: PATCH_HEADERS,
    body: JSON.stringify([{ op: "replace", path: "/tags", value: tags }]),
  });
}

describe("where this server differs from Glance on purpose", () => {
  const rows = Object.entries(PROOFS);
  it.each(rows.map(([name, proof]) => [caseOf(name), proof] as const))("%s", (_, proof) => proof());

  it("the documentation has every row, and no other", () => {
    const page = readFileSync(
      new URL("../../../../docs/differences-from-glance.md", import.meta.url),
      "utf8",
    );
    const documented = page
      .split("\n")
      .filter((line) => line.startsWith("| ") && !line.startsWith("| case "));
    const ours = Object.values(DIFFERENCES).map(
      (row) => `| ${row.case} | ${row.glance} | ${row.ours} | ${row.why} |`,
    );
    expect(documented).toEqual(ours);
  });
});

function caseOf(name: string): string {
  return Object.entries(DIFFERENCES).find(([known]) => known === name)?.[1].case ?? name;
}
