import { randomUUID } from "node:crypto";
import { writeFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { temporaryFolder } from "@imagetags/testing/temporary-folder";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Caller, TokenValidator } from "../../identity/caller.ts";
import { withImpliedRoles } from "../../identity/roles.ts";
import { openSqlite } from "../../store/sqlite/open.ts";
import type { NewImage } from "../../images/model/image-record.ts";
import { errorIn } from "../../testing/api.ts";
import { addMember, newImage, tagsInFile } from "../../testing/make-image.ts";
import { jsonOf, rawRequest, type RawReply } from "../../testing/raw-request.ts";
import { startTestServer, type TestServer } from "../../testing/test-server.ts";

const PEOPLE = {
  "a member of the owner": caller("alpha", ["member"]),
  "a reader of the owner": caller("alpha", ["reader"]),
  "one of the owner without a role": caller("alpha", []),
  "a janitor of the owner": caller("alpha", ["tag_janitor"]),
  "a member of another project": caller("beta", ["member"]),
  "a janitor of another project": caller("beta", ["tag_janitor", "reader"]),
  "an administrator of another project": caller("infra", ["admin"]),
  "an administrator of the system": { ...caller(null, ["admin"]), attributes: { system_scope: "all" } },
  "an administrator of a domain": { ...caller(null, ["admin"]), attributes: { domain_id: "default" } },
} as const satisfies Record<string, Caller>;

type Person = keyof typeof PEOPLE;

/** Each person's token is their name in base64. */
const tokens: TokenValidator = {
  validate: (token) => Object.entries(PEOPLE).find(([name]) => tokenOf(name) === token)?.[1],
};

const IMAGES = {
  private: { visibility: "private" },
  "shared with others": { visibility: "shared" },
  "shared and pending": { visibility: "shared" },
  community: { visibility: "community" },
  public: { visibility: "public" },
} as const satisfies Record<string, Partial<NewImage>>;

type ImageKind = keyof typeof IMAGES;

const MODIFY = "You are not authorized to complete modify_image action.";
const NO_IMAGE = "Image {id} not found.";

/** Source: real Glance 25.1 with its secure-RBAC defaults. The words differ where it masks a 403. */
const MATRIX: [who: Person, images: ImageKind[], status: number, message?: string][] = [
  ["a member of the owner", ["private", "shared and pending", "community", "public"], 204],
  ["a reader of the owner", ["private", "shared with others", "community", "public"], 403, MODIFY],
  ["one of the owner without a role", ["private", "public"], 404, NO_IMAGE],
  ["a member of another project", ["private", "shared with others"], 404, NO_IMAGE],
  ["a member of another project", ["shared and pending", "community", "public"], 403, MODIFY],
  ["an administrator of another project", ["private", "shared with others", "public"], 204],
  ["an administrator of the system", ["private", "shared with others", "public"], 404, NO_IMAGE],
  ["an administrator of a domain", ["private", "public"], 404, NO_IMAGE],
];

describe("with the defaults", () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startTestServer({ tokens });
  });
  afterAll(() => server[Symbol.asyncDispose]());

  const cases = MATRIX.flatMap(([who, kinds, status, message]) =>
    kinds.map((kind) => ({ who, kind, status, message })),
  );
  test.each(cases)(
    "$who removes a tag of an image that is $kind: $status",
    async ({ who, kind, status, message }) => {
      const id = await keep(server, IMAGES[kind]);
      if (kind === "shared and pending") addMember(server.databasePath, id, "beta", "pending");
      const reply = await removeTag(server, who, id);
      expect(reply.status).toBe(status);
      if (message !== undefined) expect(errorIn(reply).message).toBe(message.replace("{id}", id));
      expect(tagsInFile(server.databasePath, id)).toEqual(status === 204 ? ["kept"] : ["kept", "miracle"]);
    },
  );

  test("who may not change an image is told so whether it bears the tag or not", async () => {
    const id = await keep(server, { visibility: "public" });
    const reply = await ask(server, "a member of another project", "DELETE", `/v2/images/${id}/tags/absent`);
    expect([reply.status, errorIn(reply).message]).toEqual([403, MODIFY]);
  });

  test("a token of the system may neither list nor create images", async () => {
    const who = "an administrator of the system";
    const list = await ask(server, who, "GET", "/v2/images");
    expect([list.status, errorIn(list).message]).toEqual([
      403,
      "You are not authorized to complete get_images action.",
    ]);
    const created = await ask(server, who, "POST", "/v2/images", { name: "x" });
    expect([created.status, errorIn(created).message]).toEqual([
      403,
      "You are not authorized to complete add_image action.",
    ]);
  });

  test("an image for another project is refused by that project's name", async () => {
    const reply = await ask(server, "a member of the owner", "POST", "/v2/images", { owner: "beta" });
    expect([reply.status, errorIn(reply).message]).toEqual([
      403,
      "You are not permitted to create images owned by 'beta'",
    ]);
  });
});

describe("with a policy file that", () => {
  test("lets a janitor remove tags, and nothing else", async () => {
    await using server = await withPolicy({
      delete_image_tag: "role:tag_janitor and project_id:%(project_id)s",
    });
    const janitor = "a janitor of the owner";
    const id = await keep(server, { visibility: "private" });
    expect((await ask(server, janitor, "GET", `/v2/images/${id}`)).status).toBe(404);
    expect((await ask(server, janitor, "PUT", `/v2/images/${id}/tags/x`)).status).toBe(404);
    expect((await ask(server, janitor, "PUT", `/v2/images/${id}/tags`, { tags: [] })).status).toBe(404);
    expect((await ask(server, janitor, "DELETE", `/v2/images/${id}`)).status).toBe(404);
    expect((await removeTag(server, janitor, id)).status).toBe(204);
    expect((await removeTag(server, janitor, id)).status).toBe(404);
    expect(tagsInFile(server.databasePath, id)).toEqual(["kept"]);
    expect((await ask(server, janitor, "DELETE", `/v2/images/${id}/tags`)).status).toBe(204);

    const member = "a member of the owner";
    expect((await ask(server, member, "PUT", `/v2/images/${id}/tags/x`)).status).toBe(204);
    const refused = await ask(server, member, "DELETE", `/v2/images/${id}/tags/x`);
    expect([refused.status, errorIn(refused).message]).toEqual([403, MODIFY]);

    const foreign = await keep(server, { owner: "beta", visibility: "public" });
    expect((await removeTag(server, janitor, foreign)).status).toBe(404);
    const other = await keep(server, { visibility: "public" });
    expect((await removeTag(server, "a janitor of another project", other)).status).toBe(403);
    expect(tagsInFile(server.databasePath, other)).toEqual(["kept", "miracle"]);
  });

  test("lets everybody change images, strangers still cannot, and see no more than before", async () => {
    await using server = await withPolicy({ modify_image: "@", get_image: "@" });
    const seen = await keep(server, { visibility: "public" });
    for (const [method, path, body] of [
      ["DELETE", `/v2/images/${seen}/tags/miracle`],
      ["DELETE", `/v2/images/${seen}/tags/absent`],
      ["PUT", `/v2/images/${seen}/tags/x`],
      ["PATCH", `/v2/images/${seen}`, [{ op: "replace", path: "/tags", value: [] }]],
    ] as const) {
      const reply = await ask(server, "a member of another project", method, path, body);
      expect([reply.status, errorIn(reply).message], method).toEqual([403, "You do not own this image"]);
    }
    const hidden = await keep(server, { visibility: "private" });
    expect((await removeTag(server, "a member of another project", hidden)).status).toBe(404);
    expect((await removeTag(server, "an administrator of the system", seen)).status).toBe(404);
    expect(tagsInFile(server.databasePath, seen)).toEqual(["kept", "miracle"]);
    expect((await removeTag(server, "one of the owner without a role", hidden)).status).toBe(204);
  });

  test("lets everybody create images lets them for their own project", async () => {
    await using server = await withPolicy({ add_image: "@" });
    const who = "one of the owner without a role";
    expect((await ask(server, who, "POST", "/v2/images", { name: "x" })).status).toBe(201);
    const foreign = await ask(server, who, "POST", "/v2/images", { owner: "beta" });
    expect([foreign.status, errorIn(foreign).message]).toEqual([
      403,
      "You are not permitted to create images owned by 'beta'",
    ]);
  });

  test("asks for a property decides by the image as it is in the transaction", async () => {
    await using server = await withPolicy({
      modify_image: "rule:context_is_admin or (role:member and not 'locked':%(state)s)",
    });
    const locked = await keep(server, { properties: new Map([["state", "locked"]]) });
    const open = await keep(server, { properties: new Map([["state", "open"]]) });
    const without = await keep(server, {});
    expect((await removeTag(server, "a member of the owner", locked)).status).toBe(403);
    expect((await removeTag(server, "a member of the owner", open)).status).toBe(204);
    expect((await removeTag(server, "a member of the owner", without)).status).toBe(204);
    expect((await removeTag(server, "an administrator of another project", locked)).status).toBe(204);
    const unlock = [{ op: "replace", path: "/state", value: "open" }];
    expect((await ask(server, "a member of the owner", "PATCH", `/v2/images/${locked}`, unlock)).status).toBe(
      403,
    );
  });

  test("narrows who sees an image also narrows the lists, and the rest answers 404", async () => {
    await using server = await withPolicy({ get_image: "role:reader and not 'secret':%(state)s" });
    const secret = await keep(server, { visibility: "public", properties: new Map([["state", "secret"]]) });
    const plain = await keep(server, { visibility: "public" });
    const who = "a member of another project";
    const list = await ask(server, who, "GET", "/v2/images");
    expect(jsonOf(list)).toMatchObject({ images: [{ id: plain }] });
    expect((await ask(server, who, "GET", `/v2/images/${secret}`)).status).toBe(404);
    expect((await removeTag(server, who, secret)).status).toBe(404);
    expect((await removeTag(server, who, plain)).status).toBe(403);
  });

  test("lets members publish lets them, and asks no more of others", async () => {
    await using server = await withPolicy({ publicize_image: "role:member and project_id:%(owner)s" });
    const id = await keep(server, { visibility: "private" });
    const publish = [{ op: "replace", path: "/visibility", value: "public" }];
    const reply = await ask(server, "a member of the owner", "PATCH", `/v2/images/${id}`, publish);
    expect([reply.status, jsonOf(reply)]).toEqual([200, expect.objectContaining({ visibility: "public" })]);
    const refused = await ask(
      server,
      "an administrator of another project",
      "PATCH",
      `/v2/images/${id}`,
      publish,
    );
    expect([refused.status, errorIn(refused).message]).toEqual([
      403,
      "You are not authorized to complete publicize_image action.",
    ]);
  });

  test("asks members for a property decides about them too", async () => {
    await using server = await withPolicy({
      get_members: "'yes':%(open)s",
      get_member: "'yes':%(open)s",
      delete_member: "role:member and 'yes':%(open)s and project_id:%(member_id)s",
    });
    const who = "a member of another project";
    for (const [value, status, gone] of [
      ["yes", 200, 204],
      ["no", 403, 403],
    ] as const) {
      const id = await keep(server, { visibility: "shared", properties: new Map([["open", value]]) });
      addMember(server.databasePath, id, "beta", "accepted");
      expect((await ask(server, who, "GET", `/v2/images/${id}/members`)).status).toBe(status);
      // The owner is none of the members.
      const owner = await ask(server, "a member of the owner", "DELETE", `/v2/images/${id}/members/beta`);
      expect(owner.status).toBe(403);
      expect((await ask(server, who, "DELETE", `/v2/images/${id}/members/beta`)).status).toBe(gone);
    }
  });

  test("hides members by get_member from whoever may list them", async () => {
    for (const [rule, shownTo] of [
      ["!", []],
      ["role:admin", []],
      ["'yes':%(open)s", ["yes"]],
      ["@", ["yes", "no"]],
    ] as const) {
      await using server = await withPolicy({ get_members: "@", get_member: rule });
      for (const open of ["yes", "no"]) {
        const id = await keep(server, { visibility: "shared", properties: new Map([["open", open]]) });
        addMember(server.databasePath, id, "beta", "accepted");
        const isShown = shownTo.some((one) => one === open);
        for (const who of ["a member of the owner", "a member of another project"] as const) {
          const list = await ask(server, who, "GET", `/v2/images/${id}/members`);
          expect([list.status, list.body.includes('"beta"')], `${rule} ${open} ${who}`).toEqual([
            200,
            isShown,
          ]);
        }
      }
    }
  });

  test("hides images by get_image from a list that goes on after a page of nothing but hidden ones", async () => {
    await using server = await withPolicy({ get_image: "'yes':%(open)s" });
    const shown: string[] = [];
    for (const open of ["no", "yes", "no", "no", "yes", "no"]) {
      const id = await keep(server, { properties: new Map([["open", open]]) });
      if (open === "yes") shown.push(id);
    }
    const seen: string[] = [];
    let pages = 0;
    for (let path: string | undefined = "/v2/images?limit=1"; path !== undefined; pages += 1) {
      const reply = await ask(server, "a member of the owner", "GET", path);
      expect(reply.status, reply.body).toBe(200);
      const page = jsonOf(reply) as { images: { id: string }[]; next?: string };
      seen.push(...page.images.map(({ id }) => id));
      path = page.next;
    }
    expect(seen.toSorted()).toEqual(shown.toSorted());
    expect(pages).toBeGreaterThanOrEqual(6);
  });

  test("is written anew is in force within seconds, and a mistake in it closes its rule", async () => {
    using folder = temporaryFolder();
    const path = folder.at("policy.yaml");
    writeFileSync(path, 'delete_image_tag: "!"\n');
    await using server = await startTestServer({ tokens, env: { IMAGETAGS_POLICY_FILE: path } });
    const id = await keep(server, {});
    const who = "a member of the owner";
    expect((await removeTag(server, who, id)).status).toBe(403);
    writeFileSync(path, 'delete_image_tag: "rule:modify_image"\nget_images: "role:reader or"\n');
    for (
      const end = Date.now() + 12_000;
      (await removeTag(server, who, id)).status !== 204;
      await sleep(50)
    ) {
      expect(Date.now(), "the new rules are not in force yet").toBeLessThan(end);
    }
    expect((await ask(server, "an administrator of another project", "GET", "/v2/images")).status).toBe(403);
    expect(server.logged()).toContain("line 2: get_images: at character 15: a check is missing at the end");
  }, 15_000);
});

function caller(projectId: string | null, roles: readonly string[]): Caller {
  return { userId: "someone", projectId, roles: withImpliedRoles(roles) };
}

function tokenOf(name: string): string {
  return Buffer.from(name).toString("base64url");
}

async function withPolicy(rules: Readonly<Record<string, string>>): Promise<TestServer> {
  using folder = temporaryFolder();
  const path = folder.at("policy.yaml");
  writeFileSync(path, JSON.stringify(rules));
  return await startTestServer({ tokens, env: { IMAGETAGS_POLICY_FILE: path } });
}

/** Keeps an image of project alpha with the tags `kept` and `miracle`, whoever may make images. Returns its id. */
async function keep(server: TestServer, image: Partial<NewImage>): Promise<string> {
  const id = randomUUID();
  const { store } = await openSqlite(server.databasePath);
  try {
    await store.createImage(newImage({ tags: ["kept", "miracle"], ...image, id }));
  } finally {
    await store.close();
  }
  return id;
}

function removeTag(server: TestServer, who: Person, imageId: string): Promise<RawReply> {
  return ask(server, who, "DELETE", `/v2/images/${imageId}/tags/miracle`);
}

function ask(
  server: TestServer,
  who: Person,
  method: string,
  path: string,
  body?: unknown,
): Promise<RawReply> {
  const patch = "application/openstack-images-v2.1-json-patch";
  return rawRequest(server.port, {
    method,
    path,
    headers: [
      ["X-Auth-Token", tokenOf(who)],
      ...(method === "PATCH" ? [["Content-Type", patch] as const] : []),
    ],
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
}
