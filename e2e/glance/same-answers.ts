// The same request to both, for images that are alike: the same answer, but for the differences that are meant.
import assert from "node:assert/strict";
import type { ImageApi } from "../lib/image-api.ts";
import type { Setting } from "./setting.ts";

const PLAIN = ["web", "Web", "a b", "a.b", "a,b", "a?b", "#x", "100%", "a+b", "x".repeat(255)];

/** Requests that the two answer differently on purpose. Each row stands in docs/differences-from-glance.md. */
const DIFFERENT = [
  { what: "DELETE with a body", method: "DELETE", path: "web", body: "{}", glance: 400, ours: 204 },
  { what: "PUT with a body", method: "PUT", path: "new", body: "{}", glance: 400, ours: 204 },
  { what: "bytes that are no UTF-8", method: "DELETE", path: "%FF", glance: 500, ours: 400 },
  { what: "a tag of 256 characters", method: "DELETE", path: "x".repeat(256), glance: 404, ours: 400 },
  { what: "a malformed escape", method: "PUT", path: "%zz", glance: 204, ours: 400 },
  { what: "a control character that is added", method: "PUT", path: "a%0Ab", glance: 204, ours: 400 },
  { what: "a slash in a tag", method: "PUT", path: "a%2Fb", glance: 404, ours: 204 },
  { what: "GET of a tag", method: "GET", path: "web", glance: 405, ours: 204 },
];

const VISIBILITIES = ["private", "shared", "community", "public"];

export async function sameAnswerChecks({ checks: { check }, glance, ours, beta, callers }: Setting) {
  /** Two images that are alike. */
  const twins = async (image: Record<string, unknown>) => [
    await callers.admin.ours.create(image),
    await callers.admin.ours.create(image),
  ];
  const { owner } = await ours.show(await ours.create({ name: "whose" }));

  for (const tag of PLAIN) {
    const path = encodeURIComponent(tag);
    await check(
      `the tag ${tag.length > 20 ? `of ${tag.length} characters` : JSON.stringify(tag)} is added and removed alike`,
      async () => {
        const [one = "", other = ""] = await twins({ name: "twin", owner, tags: ["other"] });
        for (const [method, status] of [
          ["DELETE", 404],
          ["PUT", 204],
          ["PUT", 204],
          ["DELETE", 204],
          ["DELETE", 404],
        ]) {
          const answers = [
            await glance.send(String(method), `/v2/images/${one}/tags/${path}`),
            await ours.send(String(method), `/v2/images/${other}/tags/${path}`),
          ];
          assert.deepEqual(
            answers.map((answer) => answer.status),
            [status, status],
          );
          assert.deepEqual(await ours.tags(other), await glance.tags(one));
        }
      },
    );
  }
  for (const { what, method, path, body, glance: theirs, ours: mine } of DIFFERENT) {
    await check(`${what} is answered ${theirs} by Glance and ${mine} here`, async () => {
      const [one = "", other = ""] = await twins({ name: "twin", owner, tags: ["web"] });
      const answers = [
        await glance.send(method, `/v2/images/${one}/tags/${path}`, body),
        await ours.send(method, `/v2/images/${other}/tags/${path}`, body),
      ];
      assert.deepEqual(
        answers.map(({ status }) => status),
        [theirs, mine],
      );
    });
  }
  for (const visibility of VISIBILITIES) {
    for (const member of visibility === "shared" ? [false, true] : [false]) {
      const kind = `${visibility}${member ? " with beta as a member" : ""}`;
      const [one = "", other = ""] = await twins({ name: kind, owner, visibility, tags: ["there"] });
      if (member) {
        for (const id of [one, other])
          await ours.send("POST", `/v2/images/${id}/members`, { member: beta.project });
      }
      for (const [who, caller] of Object.entries(callers)) {
        await check(`what ${who} may do with an image that is ${kind} is the same`, async () => {
          assert.deepEqual(await attempts(caller.ours, other), await attempts(caller.glance, one));
        });
      }
    }
  }
}

/** The statuses of a caller's requests about an image, none of which changes it. */
async function attempts(api: ImageApi, id: string) {
  const add = await api.addTag(id, "new");
  return {
    see: (await api.send("GET", `/v2/images/${id}`)).status,
    add,
    remove: await api.removeTag(id, "new"),
    removeAbsent: await api.removeTag(id, "absent"),
    rename: (await api.patch(id, [{ op: "replace", path: "/name", value: "renamed" }])).status,
    changeNothing: (await api.patch(id, [{ op: "replace", path: "/nothing", value: "x" }])).status,
    seeMembers: (await api.send("GET", `/v2/images/${id}/members`)).status,
  };
}
