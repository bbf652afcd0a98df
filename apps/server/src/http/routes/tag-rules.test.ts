import { randomUUID } from "node:crypto";
import { writeFileSync } from "node:fs";
import { temporaryFolder } from "@imagetags/testing/temporary-folder";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { ask, errorIn, makeImage, tagsShown, type ApiRequest } from "../../testing/api.ts";
import { GLANCE_FILE } from "../../testing/glance-file.ts";
import { jsonOf } from "../../testing/raw-request.ts";
import { startTestServer, type CallerName, type TestServer } from "../../testing/test-server.ts";

const rule = z.strictObject({
  id: z.uuidv7(),
  scope: z.enum(["project", "cloud"]),
  project_id: z.string().nullable(),
  pattern: z.string(),
  forbid: z.array(z.enum(["add", "remove", "move"])),
  unless_role: z.string().nullable(),
  exempt: z.boolean(),
  created_at: z.string().regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
  user_id: z.string().nullable(),
});
type Rule = z.infer<typeof rule>;

const EXAMPLE = { pattern: "release-*", forbid: ["remove", "move", "add"], unless_role: "Manager" };

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server[Symbol.asyncDispose]());

const post = (body: unknown, request: ApiRequest = {}) =>
  ask(server, "POST", "/v2/tag-rules", { as: "ALPHA_MANAGER", body: JSON.stringify(body), ...request });

async function make(body: unknown, request: ApiRequest = {}): Promise<Rule> {
  const reply = await post(body, request);
  expect(reply.status, reply.body).toBe(201);
  return rule.parse(jsonOf(reply));
}

async function list(as: CallerName, query = ""): Promise<Rule[]> {
  const reply = await ask(server, "GET", `/v2/tag-rules${query}`, { as });
  expect(reply.status, reply.body).toBe(200);
  return z.strictObject({ tag_rules: z.array(rule) }).parse(jsonOf(reply)).tag_rules;
}

const remove = (id: string, as: CallerName) => ask(server, "DELETE", `/v2/tag-rules/${id}`, { as });

describe("a rule about tags", () => {
  it("is made by a manager of the project, shown to its readers, and deleted; the log has both", async () => {
    const made = await post(EXAMPLE);
    const shown = rule.parse(jsonOf(made));
    expect(shown).toMatchObject({
      scope: "project",
      project_id: "alpha",
      pattern: "release-*",
      forbid: ["add", "remove", "move"],
      unless_role: "manager",
      exempt: true,
      user_id: "mara",
    });
    const path = `/v2/tag-rules/${shown.id}`;
    expect(made.headers["location"]).toMatch(new RegExp(`^http://127.0.0.1.*${path}$`));
    expect(await list("ALPHA_READER")).toEqual([{ ...shown, exempt: false }]);
    expect(
      jsonOf(await ask(server, "GET", path.toUpperCase().replace("V2/TAG-RULES", "v2/tag-rules"))),
    ).toEqual({
      ...shown,
      exempt: false,
    });
    expect((await remove(shown.id, "ALPHA_MANAGER")).status).toBe(204);
    expect(errorIn(await remove(shown.id, "ALPHA_MANAGER")).reason).toBe("no-such-tag-rule");
    expect(await list("ALPHA_READER")).toEqual([]);
    const lines = server
      .logged()
      .split("\n")
      .filter((line) => line.includes(shown.id) && line.includes("rule about"));
    expect(lines.map((line) => JSON.parse(line))).toMatchObject([
      { msg: "A rule about tags was made.", user: "mara", project: "alpha", rule: { pattern: "release-*" } },
      {
        msg: "A rule about tags was deleted.",
        user: "mara",
        project: "alpha",
        rule: { pattern: "release-*" },
      },
    ]);
  });

  it("refuses what it forbids with 403 and its id, but for bearers of the role; other tags go on", async () => {
    const { id } = await make(EXAMPLE);
    const image = await makeImage(server, { tags: ["release-1", "other"] }, "ALPHA_MANAGER");
    for (const [method, path, body] of [
      ["DELETE", `/v2/images/${image}/tags/release-1`],
      ["PUT", `/v2/images/${image}/tags/release-2`],
      ["PUT", `/v2/images/${image}/tags`, '{"tags":["other"]}'],
      ["DELETE", `/v2/images/${image}/tags`],
      ["DELETE", `/v2/images/${image}`],
      ["POST", "/v2/images", '{"tags":["release-3"]}'],
    ] as const) {
      const { reason, message } = errorIn(
        await ask(server, method, path, body === undefined ? {} : { body }),
      );
      expect([method, path, reason]).toEqual([method, path, "protected-tag"]);
      expect(message).toContain(`Rule ${id} of project alpha forbids to`);
      expect(message).toContain("which fits release-*, but to bearers of the role manager.");
    }
    const patch = {
      body: '[{"op":"remove","path":"/tags/0"}]',
      headers: [["Content-Type", "application/openstack-images-v2.1-json-patch"]] as const,
    };
    const replaced = { ...patch, body: '[{"op":"replace","path":"/tags","value":[]}]' };
    expect(errorIn(await ask(server, "PATCH", `/v2/images/${image}`, replaced)).reason).toBe("protected-tag");
    expect(await tagsShown(server, image)).toEqual(["other", "release-1"]);
    expect((await ask(server, "DELETE", `/v2/images/${image}/tags/other`)).status).toBe(204);
    expect(
      (await ask(server, "DELETE", `/v2/images/${image}/tags/release-1`, { as: "ALPHA_MANAGER" })).status,
    ).toBe(204);
    expect(errorIn(await ask(server, "DELETE", `/v2/images/${image}/tags/release-1`)).reason).toBe(
      "no-such-tag",
    );
    await remove(id, "ALPHA_MANAGER");
    expect((await ask(server, "DELETE", `/v2/images/${image}`)).status).toBe(204);
  });

  it("of the cloud is an administrator's to make and delete, is shown to all, and holds for all", async () => {
    const ofCloud = { pattern: "certified", forbid: ["add"], scope: "cloud", unless_role: "admin" };
    expect(errorIn(await post(ofCloud)).reason).toBe("forbidden");
    const made = await make(ofCloud, { as: "ADMIN" });
    expect(made).toMatchObject({ scope: "cloud", project_id: null, exempt: true });
    const own = await make({ pattern: "x", forbid: ["add"] });
    expect(await list("ALPHA_READER")).toEqual([{ ...made, exempt: false }, own]);
    expect(await list("BETA_READER")).toEqual([{ ...made, exempt: false }]);
    for (const as of ["ALPHA_MEMBER", "BETA_MEMBER"] as const) {
      const image = await makeImage(server, {}, as);
      const path = `/v2/images/${image}/tags/certified`;
      expect(errorIn(await ask(server, "PUT", path, { as })).message).toContain("of the cloud");
      expect((await ask(server, "PUT", path, { as: "ADMIN" })).status).toBe(204);
    }
    expect(errorIn(await remove(made.id, "ALPHA_MANAGER")).reason).toBe("forbidden");
    for (const { id } of [made, own]) expect((await remove(id, "ADMIN")).status).toBe(204);
  });

  it("of another project is nobody's but an administrator's", async () => {
    const made = await make({ pattern: "theirs", forbid: ["move"] });
    for (const as of ["BETA_MEMBER", "BETA_READER"] as const) {
      const reply = await ask(server, "GET", `/v2/tag-rules/${made.id}`, { as });
      expect(errorIn(reply).reason).toBe("no-such-tag-rule");
      expect(errorIn(await remove(made.id, as)).reason).toBe("no-such-tag-rule");
      expect(errorIn(await ask(server, "GET", "/v2/tag-rules?project_id=alpha", { as })).reason).toBe(
        "forbidden",
      );
      expect(errorIn(await post({ ...EXAMPLE, project_id: "alpha" }, { as })).reason).toBe("forbidden");
    }
    expect(await list("ADMIN", "?project_id=alpha")).toEqual([made]);
    const byAdmin = await make({ ...EXAMPLE, project_id: "alpha" }, { as: "ADMIN" });
    expect(byAdmin).toMatchObject({ project_id: "alpha", user_id: "admin" });
    expect((await list("ALPHA_READER")).map(({ id }) => id)).toEqual([made.id, byAdmin.id]);
    for (const { id } of [made, byAdmin]) expect((await remove(id, "ADMIN")).status).toBe(204);
  });

  it("is for nobody to see without a role in the project, nor to make without that of a manager", async () => {
    expect(errorIn(await ask(server, "GET", "/v2/tag-rules", { as: "ALPHA_OBSERVER" })).reason).toBe(
      "forbidden",
    );
    for (const as of ["ALPHA_MEMBER", "ALPHA_READER"] as const) {
      // Whoever may make none is told so whatever the body is.
      for (const body of [JSON.stringify(EXAMPLE), "{"]) {
        const reply = await ask(server, "POST", "/v2/tag-rules", { as, body });
        expect(errorIn(reply).reason).toBe("forbidden");
      }
      expect(errorIn(await remove(randomUUID(), as)).reason).toBe("no-such-tag-rule");
    }
    expect((await ask(server, "GET", "/v2/tag-rules", { as: "NOBODY" })).status).toBe(401);
  });

  it("stands once, and a project has a hundred", async () => {
    const made = await Promise.all(
      Array.from({ length: 100 }, (_, index) => make({ pattern: `n-${index}`, forbid: ["move"] })),
    );
    expect(errorIn(await post({ pattern: "n-7", forbid: ["move", "move"] })).reason).toBe("tag-rule-exists");
    expect(errorIn(await post({ pattern: "n-7", forbid: ["add"] })).reason).toBe("tag-rule-quota-exceeded");
    for (const { id } of made) await remove(id, "ALPHA_MANAGER");
    expect(await list("ALPHA_READER")).toEqual([]);
  });

  it.each([
    [{ ...EXAMPLE, pattern: "" }, /must not be empty; \* stands for every tag/],
    [{ ...EXAMPLE, pattern: "a".repeat(256) }, /at most 255 characters/],
    [{ ...EXAMPLE, pattern: String.raw`\d+` }, /a backslash stands before \*, \? or another backslash/],
    [{ ...EXAMPLE, pattern: 7 }, /pattern/],
    [{ ...EXAMPLE, forbid: [] }, /at least one of add, remove and move/],
    [{ ...EXAMPLE, forbid: ["rename"] }, /forbid/],
    [{ ...EXAMPLE, forbid: ["add", "add", "add", "add"] }, /At most 3 items/],
    [{ ...EXAMPLE, unless_role: "" }, /unless_role must not be empty/],
    [{ ...EXAMPLE, unless_role: "r".repeat(256) }, /unless_role has at most 255/],
    [{ ...EXAMPLE, unless_roles: "x" }, /There is no member unless_roles here/],
    [{ ...EXAMPLE, scope: "domain" }, /scope/],
    [{ ...EXAMPLE, scope: "cloud", project_id: "alpha" }, /leave project_id out/],
    [{ ...EXAMPLE, project_id: "a\0" }, /without control characters/],
  ])("%j is refused", async (body, message) => {
    const reply = await post(body, { as: "ADMIN" });
    expect(reply.status).toBeLessThanOrEqual(413);
    expect(errorIn(reply).message).toMatch(message);
  });

  it("has no parameter but a project, and says what is none", async () => {
    expect(errorIn(await ask(server, "GET", "/v2/tag-rules?projekt_id=x")).message).toBe(
      "There is no parameter projekt_id here.",
    );
    expect(errorIn(await ask(server, "DELETE", "/v2/tag-rules/x?a=b")).reason).toBe("unexpected-query");
    expect(errorIn(await ask(server, "GET", "/v2/tag-rules/x")).reason).toBe("no-such-tag-rule");
  });

  it("has no place in a database of Glance's without our tables", async () => {
    await using glances = await startTestServer({ copyOf: GLANCE_FILE });
    const at = `/v2/tag-rules/${randomUUID()}`;
    for (const [method, path] of [
      ["GET", "/v2/tag-rules"],
      ["POST", "/v2/tag-rules"],
      ["GET", at],
      ["DELETE", at],
    ] as const) {
      const body = method === "POST" ? { body: JSON.stringify(EXAMPLE) } : {};
      expect(errorIn(await ask(glances, method, path, { as: "ADMIN", ...body })).reason).toBe("no-tag-rules");
    }
  });
});

it("rules of a policy of one's own say who sees and makes rules, and widen neither beyond the project", async () => {
  using folder = temporaryFolder();
  writeFileSync(folder.at("policy.yaml"), '"get_tag_rules": "role:manager"\n"modify_tag_rules": "@"\n');
  await using open = await startTestServer({ env: { IMAGETAGS_POLICY_FILE: folder.at("policy.yaml") } });
  const body = JSON.stringify(EXAMPLE);
  expect((await ask(open, "POST", "/v2/tag-rules", { as: "ALPHA_READER", body })).status).toBe(201);
  expect(errorIn(await ask(open, "GET", "/v2/tag-rules", { as: "ALPHA_READER" })).reason).toBe("forbidden");
  expect((await ask(open, "GET", "/v2/tag-rules", { as: "ALPHA_MANAGER" })).status).toBe(200);
  for (const wider of [{ scope: "cloud" }, { project_id: "beta" }]) {
    const reply = await ask(open, "POST", "/v2/tag-rules", {
      as: "ALPHA_MANAGER",
      body: JSON.stringify({ ...EXAMPLE, ...wider }),
    });
    expect(errorIn(reply).reason).toBe("forbidden");
  }
});
