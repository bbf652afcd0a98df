import { createClient } from "@imagetags/client";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { ask, errorIn, makeImage } from "../../testing/api.ts";
import { jsonOf } from "../../testing/raw-request.ts";
import { startTestServer, tokenOf, type CallerName, type TestServer } from "../../testing/test-server.ts";

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server[Symbol.asyncDispose]());

const add = (imageId: string, member: string) =>
  ask(server, "POST", `/v2/images/${imageId}/members`, { body: JSON.stringify({ member }) });
const remove = (imageId: string, member: string) =>
  ask(server, "DELETE", `/v2/images/${imageId}/members/${member}`);
const set = (imageId: string, status: string) =>
  ask(server, "PUT", `/v2/images/${imageId}/members/beta`, {
    as: "BETA_MEMBER",
    body: JSON.stringify({ status }),
  });

async function isListedFor(caller: CallerName, imageId: string): Promise<boolean> {
  const list = z.object({ images: z.array(z.object({ id: z.string() })) });
  const reply = await ask(server, "GET", "/v2/images?limit=1000", { as: caller });
  return list.parse(jsonOf(reply)).images.some(({ id }) => id === imageId);
}

const statuses = (replies: readonly { status: number }[]): number[] =>
  replies.map(({ status }) => status).toSorted();

describe("the members of an image", () => {
  it("see it as soon as they are members, list it once they accept, and lose it when they are removed", async () => {
    const image = await makeImage(server);
    const sees = async () =>
      (await ask(server, "GET", `/v2/images/${image}`, { as: "BETA_READER" })).status === 200;
    expect([await sees(), await isListedFor("BETA_READER", image)]).toEqual([false, false]);
    await add(image, "beta");
    expect([await sees(), await isListedFor("BETA_READER", image)]).toEqual([true, false]);
    await set(image, "accepted");
    expect([await sees(), await isListedFor("BETA_READER", image)]).toEqual([true, true]);
    await set(image, "rejected");
    expect([await sees(), await isListedFor("BETA_READER", image)]).toEqual([true, false]);
    await set(image, "accepted");
    await set(image, "pending");
    expect([await sees(), await isListedFor("BETA_READER", image)]).toEqual([true, false]);
    await remove(image, "beta");
    expect([await sees(), await isListedFor("BETA_READER", image)]).toEqual([false, false]);
  });

  it("may be added again after they were removed, again and again", async () => {
    const image = await makeImage(server);
    for (let round = 0; round < 5; round += 1) {
      expect((await add(image, "beta")).status).toBe(200);
      expect((await add(image, "beta")).status).toBe(409);
      expect((await remove(image, "beta")).status).toBe(204);
      expect((await remove(image, "beta")).status).toBe(404);
    }
  });

  it("are added and removed once, whoever asks at the same time", async () => {
    const image = await makeImage(server);
    const added = await Promise.all(Array.from({ length: 16 }, () => add(image, "beta")));
    expect(statuses(added)).toEqual([200, ...Array.from({ length: 15 }, () => 409)]);
    const removed = await Promise.all(Array.from({ length: 16 }, () => remove(image, "beta")));
    expect(statuses(removed)).toEqual([204, ...Array.from({ length: 15 }, () => 404)]);
  });

  it("are at most 128, whoever asks at the same time", async () => {
    const image = await makeImage(server);
    const replies = await Promise.all(Array.from({ length: 130 }, (_, index) => add(image, `m${index}`)));
    expect(statuses(replies)).toEqual([...Array.from({ length: 128 }, () => 200), 413, 413]);
  });

  it("change nothing about the image itself, neither its time nor its entity tag", async () => {
    const image = await makeImage(server);
    const before = await ask(server, "GET", `/v2/images/${image}`);
    await add(image, "beta");
    await set(image, "accepted");
    await remove(image, "beta");
    const after = await ask(server, "GET", `/v2/images/${image}`);
    expect([after.body, after.headers["etag"]]).toEqual([before.body, before.headers["etag"]]);
  });

  it("go with their image", async () => {
    const image = await makeImage(server);
    await add(image, "beta");
    expect((await ask(server, "DELETE", `/v2/images/${image}`)).status).toBe(204);
    expect((await ask(server, "GET", `/v2/images/${image}/members`)).status).toBe(404);
    expect((await ask(server, "GET", `/v2/images/${image}/members/beta`, { as: "BETA_MEMBER" })).status).toBe(
      404,
    );
  });

  it("are found whatever is in their name and in whatever case the image is named", async () => {
    const image = await makeImage(server);
    for (const member of ["a/b", "é", "100%", "..", "a b"]) {
      expect((await add(image.toUpperCase(), member)).status, member).toBe(200);
      const path = `/v2/images/${image}/members/${encodeURIComponent(member)}`;
      expect(jsonOf(await ask(server, "GET", path))).toMatchObject({ member_id: member, image_id: image });
      expect((await ask(server, "DELETE", path, { body: "{" })).status, member).toBe(204);
    }
  });

  it.each([
    ["{}", "Invalid body.member: Member to be added not specified"],
    ['{"member":7}', "Invalid body.member: Member to be added not specified"],
    ['{"member":""}', "Invalid body.member: Member can't be empty"],
    [`{"member":"${"x".repeat(256)}"}`, "Invalid body.member: Member can't have more than 255 characters"],
    ['{"member":"😀"}', "Invalid body.member: Member can't contain 4 byte unicode characters."],
    ['{"member":"\\ud800"}', "Invalid body.member: Member must be well-formed Unicode"],
    ['{"member":"a\\u0000"}', "Invalid body.member: Member can't contain control characters"],
  ])("are not added by %s", async (body, message) => {
    const image = await makeImage(server);
    const reply = await ask(server, "POST", `/v2/images/${image}/members`, { body });
    expect([reply.status, errorIn(reply).message]).toEqual([400, message]);
  });

  it("are told by the client with its types", async () => {
    const client = (caller: CallerName) =>
      createClient({ endpoint: server.url, token: tokenOf(caller) }).imageMembers;
    const image_id = await makeImage(server);
    const owner = client("ALPHA_MEMBER");
    const member = client("BETA_MEMBER");
    const params = { image_id, member_id: "beta" };
    expect(await owner.add({ params: { image_id }, body: { member: "beta" } })).toMatchObject({
      status: 200,
    });
    expect(await owner.add({ params: { image_id }, body: { member: "gamma" } })).toMatchObject({
      status: 200,
    });
    expect(await member.setStatus({ params, body: { status: "accepted" } })).toMatchObject({
      status: 200,
      body: { member_id: "beta", image_id, status: "accepted", schema: "/v2/schemas/member" },
    });
    expect(await owner.setStatus({ params, body: { status: "rejected" } })).toMatchObject({ status: 403 });
    const ids = (reply: Awaited<ReturnType<typeof owner.list>>) =>
      reply.status === 200 ? reply.body.members.map(({ member_id }) => member_id) : reply.status;
    expect(ids(await owner.list({ params: { image_id } }))).toEqual(["beta", "gamma"]);
    expect(ids(await member.list({ params: { image_id } }))).toEqual(["beta"]);
    expect(await member.remove({ params })).toMatchObject({ status: 403 });
    expect(await owner.remove({ params })).toMatchObject({ status: 204, body: undefined });
    expect(await owner.show({ params })).toMatchObject({ status: 404 });
  });
});

it("who may set a member's status is asked before the status is looked at", async () => {
  const image = await makeImage(server, { visibility: "shared" });
  const members = `/v2/images/${image}/members`;
  await ask(server, "POST", members, { body: '{"member":"beta"}' });
  const statusOf = async (as: CallerName, member: string, body: string) =>
    (await ask(server, "PUT", `${members}/${member}`, { as, body })).status;
  for (const body of ['{"status":"nope"}', '{"status":5}', "{}", "{"]) {
    expect(await statusOf("BETA_MEMBER", "beta", body), body).toBe(400);
    expect(await statusOf("ALPHA_MEMBER", "beta", body), body).toBe(403);
    expect(await statusOf("ALPHA_MEMBER", "nobody", body), body).toBe(404);
    expect((await ask(server, "POST", members, { as: "BETA_MEMBER", body })).status, body).toBe(403);
  }
});
