import { randomUUID } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { temporaryFolder } from "@imagetags/testing/temporary-folder";
import Database from "better-sqlite3";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { ask, errorIn, makeImage, tagsShown, type ApiRequest } from "../../testing/api.ts";
import { GLANCE_FILE } from "../../testing/glance-file.ts";
import { addMember } from "../../testing/make-image.ts";
import { jsonOf } from "../../testing/raw-request.ts";
import { startTestServer, tokenOf, type TestServer } from "../../testing/test-server.ts";

const page = z.strictObject({
  tag_events: z.array(
    z.strictObject({
      id: z.uuidv7(),
      time: z.string(),
      action: z.enum(["added", "removed"]),
      image_id: z.string(),
      tag: z.string(),
      user_id: z.string().nullable(),
      project_id: z.string().nullable(),
      roles: z.array(z.string()),
      request_id: z.string().nullable(),
      application_credential_id: z.null(),
      trust_id: z.null(),
    }),
  ),
  source: z.literal("events"),
  first: z.string(),
  next: z.string().optional(),
  schema: z.literal("/v2/schemas/tag-events"),
});

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server[Symbol.asyncDispose]());

async function list(path: string, request: ApiRequest = {}): Promise<z.infer<typeof page>> {
  const reply = await ask(server, "GET", path, request);
  expect(reply.status, reply.body).toBe(200);
  return page.parse(jsonOf(reply));
}

async function story(path: string, request: ApiRequest = {}): Promise<string[]> {
  const { tag_events: events } = await list(path, request);
  return events.map(({ action, tag }) => (action === "added" ? "+" : "-") + tag);
}

async function change(method: string, path: string, request: ApiRequest = {}): Promise<void> {
  const { status, body } = await ask(server, method, path, request);
  expect([200, 204], body).toContain(status);
}

describe("the events of an image", () => {
  it("tell what became of its tags, newest first, by whom and in which request", async () => {
    const id = await makeImage(server, { tags: ["made"] });
    const headers = [["X-Openstack-Request-Id", "req-removal"]] as const;
    await change("PUT", `/v2/images/${id}/tags/a`);
    await change("PUT", `/v2/images/${id}/tags/a`);
    await change("DELETE", `/v2/images/${id}/tags/made`, { as: "ADMIN", headers });
    await change("PUT", `/v2/images/${id}/tags`, { body: '{"tags":["b"]}' });
    await change("PATCH", `/v2/images/${id}`, {
      body: '[{"op":"replace","path":"/tags","value":["c"]}]',
      headers: [["Content-Type", "application/openstack-images-v2.1-json-patch"]],
    });
    await change("DELETE", `/v2/images/${id}/tags`);
    const { tag_events: events, ...rest } = await list(`/v2/images/${id}/tag-events`);
    expect(events.map(({ action, tag }) => `${action} ${tag}`).toReversed()).toEqual([
      "added made",
      "added a",
      "removed made",
      "removed a",
      "added b",
      "removed b",
      "added c",
      "removed c",
    ]);
    expect(events.at(-3)).toEqual({
      id: expect.any(String),
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/),
      action: "removed",
      image_id: id,
      tag: "made",
      user_id: "admin",
      project_id: "infra",
      roles: ["admin", "manager", "member", "reader"],
      request_id: "req-removal",
      application_credential_id: null,
      trust_id: null,
    });
    expect(rest).toEqual({
      source: "events",
      first: `/v2/images/${id}/tag-events`,
      schema: "/v2/schemas/tag-events",
    });
  });

  it("come in pages, each of which leads to the next, and all once", async () => {
    const id = await makeImage(server, { tags: Array.from({ length: 7 }, (_, index) => `t${index}`) });
    const seen: string[] = [];
    let path: string | undefined = `/v2/images/${id}/tag-events?limit=3&action=added`;
    while (path !== undefined) {
      const part: z.infer<typeof page> = await list(path);
      expect(part.tag_events.length).toBeLessThanOrEqual(3);
      expect(part.first).toBe(`/v2/images/${id}/tag-events?limit=3&action=added`);
      seen.push(...part.tag_events.map(({ tag }) => tag));
      path = part.next;
    }
    expect(seen).toEqual(["t6", "t5", "t4", "t3", "t2", "t1", "t0"]);
    expect(await story(`/v2/images/${id}/tag-events?limit=0`)).toEqual([]);
  });

  it("are shown to whom the image is shown, and those of a deleted one to its project alone", async () => {
    const id = await makeImage(server, { tags: ["mine"], visibility: "shared" });
    const path = `/v2/images/${id}/tag-events`;
    expect(await story(path, { as: "ALPHA_READER" })).toEqual(["+mine"]);
    const hidden = await ask(server, "GET", path, { as: "BETA_MEMBER" });
    expect(errorIn(hidden)).toMatchObject({ reason: "no-such-image" });
    expect(await story(`/v2/tag-events?image_id=${randomUUID()}`)).toEqual([]);
    expect(
      errorIn(await ask(server, "GET", `/v2/tag-events?image_id=${id}`, { as: "BETA_MEMBER" })).reason,
    ).toBe("no-such-image");
    addMember(server.databasePath, id, "beta", "pending");
    expect(await story(path, { as: "BETA_READER" })).toEqual(["+mine"]);
    expect(await story(`/v2/tag-events?image_id=${id.toUpperCase()}`, { as: "BETA_READER" })).toEqual([
      "+mine",
    ]);

    await change("DELETE", `/v2/images/${id}`);
    for (const as of ["ALPHA_READER", "ADMIN"] as const) {
      expect(await story(path, { as })).toEqual(["-mine", "+mine"]);
      expect(await story(`/v2/tag-events?image_id=${id}`, { as })).toEqual(["-mine", "+mine"]);
      expect(await story(`${path}?action=added&since=2100`, { as })).toEqual([]);
    }
    expect(errorIn(await ask(server, "GET", path, { as: "BETA_MEMBER" })).reason).toBe("no-such-image");
    expect(await story(`/v2/tag-events?image_id=${id}`, { as: "BETA_MEMBER" })).toEqual([]);

    // Its row is gone for good.
    const file = new Database(server.databasePath);
    file.exec(`DELETE FROM image_tags WHERE image_id = '${id}'; DELETE FROM image_members;
      DELETE FROM images WHERE id = '${id}'`);
    file.close();
    expect(await story(path)).toEqual(["-mine", "+mine"]);
    expect(errorIn(await ask(server, "GET", path, { as: "BETA_MEMBER" })).reason).toBe("no-such-image");
  });
});

describe("the events of all images", () => {
  it("are those that the caller may see, by tag, by what was done, by user and by time", async () => {
    const mark = randomUUID();
    const own = await makeImage(server, { tags: [mark] });
    const others = await makeImage(server, { tags: [mark], visibility: "private" }, "BETA_MEMBER");
    const open = await makeImage(server, { tags: [mark], visibility: "public" }, "ADMIN");
    await change("DELETE", `/v2/images/${own}/tags/${mark}`, { as: "ALPHA_MEMBER2" });
    const ids = async (query: string, as: ApiRequest["as"] = "ALPHA_READER") =>
      (await list(`/v2/tag-events?tag=${mark}&${query}`, { as })).tag_events.map(({ image_id: id }) => id);
    expect(await ids("")).toEqual([own, open, own]);
    expect(await ids("", "ADMIN")).toEqual([own, open, others, own]);
    expect(await ids("", "BETA_READER")).toEqual([open, others]);
    expect(await ids("action=removed")).toEqual([own]);
    expect(await ids("user_id=amir")).toEqual([own]);
    expect(await ids("user_id=alice&action=removed")).toEqual([]);
    const { tag_events: events } = await list(`/v2/tag-events?tag=${mark}`);
    const [newest, , oldest] = events.map(({ time }) => time);
    expect(await ids(`since=${newest}`)).toEqual([own]);
    expect(await ids(`until=${newest}`)).toEqual([open, own]);
    expect(await ids(`since=${oldest}&until=${newest}`)).toEqual([open, own]);
    expect(await ids(`until=${oldest}`)).toEqual([]);
  });

  it("are gone through past those that the caller may not see", async () => {
    const mark = randomUUID();
    const own = await makeImage(server, { tags: [mark] });
    for (let turn = 0; turn < 4; turn += 1)
      await makeImage(server, { tags: [mark], visibility: "private" }, "BETA_MEMBER");
    const { tag_events: events } = await list(`/v2/tag-events?tag=${mark}&limit=1`);
    expect(events.map(({ image_id: id }) => id)).toEqual([own]);
  });

  it.each([
    ["since=yesterday", "since must be an ISO 8601 time, such as 2031-05-09T10:20:30Z, not 'yesterday'."],
    ["until=2031-02-30", "until must be an ISO 8601 time, such as 2031-05-09T10:20:30Z, not '2031-02-30'."],
    ["action=moved", "action is added or removed, not 'moved'."],
    ["limit=-1", "limit must not be negative."],
    ["limit=x", "limit must be a whole number, not 'x'."],
    ["marker=7", "marker is the id of an event, a UUID, not '7'."],
    ["sicne=2031", "There is no parameter sicne here."],
    ["tag=a&tag=b", "tag is given more than once."],
  ])("refuse %s", async (query, message) => {
    const id = await makeImage(server);
    for (const path of ["/v2/tag-events", `/v2/images/${id}/tag-events`]) {
      expect(errorIn(await ask(server, "GET", `${path}?${query}`))).toMatchObject({
        reason: "invalid-query",
        message,
      });
    }
  });

  it.each(["0001", "1969-12-31", "2255-06-05T23:47:34.740992Z", "9999-12-31T23:59:59.999999Z"])(
    "of before and after %s come together to all",
    async (time) => {
      const mark = randomUUID();
      await makeImage(server, { tags: [mark] });
      const before = await story(`/v2/tag-events?tag=${mark}&until=${time}`);
      const after = await story(`/v2/tag-events?tag=${mark}&since=${time}`);
      expect([...before, ...after]).toEqual([`+${mark}`]);
    },
  );

  it("have a schema, as their list says", async () => {
    for (const [path, name] of [
      ["/v2/schemas/tag-events", "tag_events"],
      ["/v2/schemas/tag-event", "tag_event"],
    ] as const)
      expect(jsonOf(await ask(server, "GET", path))).toMatchObject({ name });
  });

  it("have no token in them, nor does their table", async () => {
    await makeImage(server, { tags: ["secret"] });
    const reply = await ask(server, "GET", "/v2/tag-events?limit=1000", { as: "ADMIN" });
    for (const text of [reply.body, readFileSync(server.databasePath, "latin1")])
      expect(text).not.toContain(tokenOf("ALPHA_MEMBER"));
  });
});

describe("undoing an event", () => {
  const undo = (id: string, request: ApiRequest = {}) =>
    ask(server, "POST", `/v2/tag-events/${id}/undo`, request);

  async function newest(imageId: string): Promise<string> {
    const { tag_events: events } = await list(`/v2/images/${imageId}/tag-events?limit=1`, { as: "ADMIN" });
    return events[0]?.id ?? "";
  }

  it("brings the tag back, once, by the rules of adding and removing it", async () => {
    const id = await makeImage(server, { tags: ["keep", "gone"] });
    await change("DELETE", `/v2/images/${id}/tags/gone`);
    const event = await newest(id);
    for (const as of ["BETA_MEMBER", "ALPHA_READER"] as const) {
      const { reason } = errorIn(await undo(event, { as }));
      expect(reason).toBe(as === "BETA_MEMBER" ? "no-such-tag-event" : "forbidden");
    }
    expect((await undo(event.toUpperCase(), { as: "ALPHA_MEMBER2" })).status).toBe(204);
    expect(await tagsShown(server, id)).toEqual(["gone", "keep"]);
    expect(errorIn(await undo(event)).reason).toBe("tag-changed-since");
    expect((await undo(await newest(id))).status).toBe(204);
    expect(await tagsShown(server, id)).toEqual(["keep"]);
    const { tag_events: events } = await list(`/v2/images/${id}/tag-events?tag=gone`);
    expect(events.map(({ action, user_id: user }) => [action, user])).toEqual([
      ["removed", "alice"],
      ["added", "amir"],
      ["removed", "alice"],
      ["added", "alice"],
    ]);
  });

  it("says what is not there", async () => {
    expect(errorIn(await undo(randomUUID())).reason).toBe("no-such-tag-event");
    expect(errorIn(await undo("seven")).reason).toBe("no-such-tag-event");
    const id = await makeImage(server, { tags: ["a"] });
    await change("DELETE", `/v2/images/${id}`);
    expect(errorIn(await undo(await newest(id))).reason).toBe("no-such-image");
  });

  it("keeps to the quota, to the profile, and to what the database records", async () => {
    await using strict = await startTestServer({
      env: { IMAGETAGS_TAG_QUOTA: "1", IMAGETAGS_TAG_PROFILE: "ims" },
    });
    const id = await makeImage(strict, { tags: ["a"] });
    const events = async () => {
      const reply = await ask(strict, "GET", `/v2/images/${id}/tag-events`);
      return page.parse(jsonOf(reply)).tag_events;
    };
    expect((await ask(strict, "PUT", `/v2/images/${id}/tags`, { body: '{"tags":["b"]}' })).status).toBe(200);
    const removal = (await events()).find(({ action }) => action === "removed");
    expect(errorIn(await ask(strict, "POST", `/v2/tag-events/${removal?.id}/undo`)).reason).toBe(
      "tag-quota-exceeded",
    );
    const file = new Database(strict.databasePath);
    file.exec("UPDATE imagetags_events SET tag = 'a b' WHERE NOT added");
    file.close();
    expect(errorIn(await ask(strict, "POST", `/v2/tag-events/${removal?.id}/undo`)).reason).toBe(
      "invalid-tag",
    );
    await using glances = await startTestServer({ copyOf: GLANCE_FILE });
    const { status, body } = await ask(glances, "GET", "/v2/tag-events?limit=1", { as: "ADMIN" });
    expect([status, JSON.parse(body)]).toEqual([200, expect.objectContaining({ source: "glance" })]);
    const [event] = JSON.parse(body).tag_events;
    expect(
      errorIn(await ask(glances, "POST", `/v2/tag-events/${event.id}/undo`, { as: "ADMIN" })).reason,
    ).toBe("no-tag-history");
  });
});

it("a rule of one's own decides who sees events", async () => {
  using folder = temporaryFolder();
  writeFileSync(folder.at("policy.yaml"), '"get_tag_events": "rule:context_is_admin or role:manager"\n');
  await using strict = await startTestServer({ env: { IMAGETAGS_POLICY_FILE: folder.at("policy.yaml") } });
  const id = await makeImage(strict, { tags: ["a"] });
  for (const path of ["/v2/tag-events", `/v2/images/${id}/tag-events`]) {
    expect((await ask(strict, "GET", path, { as: "ADMIN" })).status).toBe(200);
    expect(errorIn(await ask(strict, "GET", path)).reason).toBe("forbidden");
  }
});
