import { randomUUID } from "node:crypto";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { GLANCE_TODAY_REPLIES } from "@imagetags/testing/image-service/documented-replies";
import { afterAll, beforeAll, expect, test } from "vitest";
import { cloudEnv, runCli } from "./testing/cli-process.ts";
import { startImageServer, type ImageServer } from "./testing/image-server.ts";
import { startProxy, withoutPlans } from "./testing/proxy.ts";

let server: ImageServer;
beforeAll(async () => {
  server = await startImageServer();
});
afterAll(() => server[Symbol.asyncDispose]());

const run = (...args: string[]) => runCli(args, { env: server.env });
const manage = (...args: string[]) => runCli(args, { env: server.managerEnv });

test("rules are made, listed and deleted, for people and for programs", async () => {
  const made = await manage("protect", "r-*", "--unless-role", "Manager");
  expect(made.stdout).toMatch(
    /^Rule \S{36} forbids to remove, move tags that fit r-\*, but to bearers of the role manager\.\n$/,
  );
  const other = await manage("protect", "s-?", "--forbid", "add,move", "--forbid", "add", "-o", "json");
  expect(JSON.parse(other.stdout)).toMatchObject([
    { pattern: "s-?", forbid: ["add", "move"], unless_role: null, scope: "project", user_id: "mara" },
  ]);
  expect((await run("rules", "-o", "csv", "-c", "pattern", "-c", "forbid", "-c", "exempt")).stdout).toBe(
    'pattern,forbid,exempt\r\nr-*,"[""remove"",""move""]",false\r\ns-?,"[""add"",""move""]",false\r\n',
  );
  const [id = "", another = ""] = (await run("rules", "-o", "value", "-c", "id")).stdout.split("\n");
  expect((await run("rules")).stdout).toMatch(/^ID +SCOPE +PATTERN +FORBID +UNLESS ROLE\n\S+ +project +r-\*/);
  for (const args of [
    ["protect", "x"],
    ["unprotect", id],
  ]) {
    const refused = await run(...args);
    expect([refused.code, refused.stderr]).toEqual([1, expect.stringContaining("modify_tag_rules")]);
  }
  expect((await manage("unprotect", id)).stdout).toBe(`Deleted rule ${id}.\n`);
  expect((await manage("unprotect", another, "-q")).stdout).toBe("");
  expect(await manage("unprotect", id)).toMatchObject({
    code: 1,
    stderr: expect.stringContaining("no rule"),
  });
});

test.each([
  [["protect"], "missing required argument"],
  [["protect", ""], "must not be empty"],
  [["protect", "a", "--forbid", "rename"], "It must be of add, remove, move."],
  [["protect", "a", "--cloud", "--project", "b"], "cannot be used with"],
])("%j is wrong usage", async (args, message) => {
  const { code, stderr } = await manage(...args);
  expect([code, stderr]).toEqual([2, expect.stringContaining(message)]);
});

test("dry runs say what rules forbid, and the changes are then refused by the same rule", async () => {
  const name = `n-${randomUUID()}`;
  await server.create({ name, tags: ["keep-1", "free-1"] });
  const { stdout } = await manage("protect", "keep-*", "--forbid", "remove,add", "-o", "json");
  const [{ id: rule }] = JSON.parse(stdout);
  const text = (verb: string, tag: string) => `Rule ${rule} forbids to ${verb} ${tag}, which fits keep-*.`;
  for (const [args, message] of [
    [["remove", name, "keep-1"], text("remove", "keep-1")],
    [["add", name, "keep-2"], text("add", "keep-2")],
    [["set", name, "keep-1", "keep-3"], text("add", "keep-3")],
    [["clear", name], text("remove", "keep-1")],
  ] as const) {
    const dry = await run(...args, "--dry-run");
    expect([args, dry.code, dry.stderr]).toEqual([args, 1, expect.stringContaining(message)]);
    const real = await run(...args);
    expect([args, real.code, real.stderr]).toEqual([args, 1, expect.stringContaining(`Rule ${rule} of`)]);
  }
  const renaming = ["rename", "free-1", "keep-9", "--dry-run"];
  const rename = await run(...renaming, "-o", "json");
  expect(JSON.parse(rename.stdout)).toMatchObject([
    {
      tag: "free-1",
      new_tag: "keep-9",
      result: "would be refused",
      error: expect.stringContaining(`Rule ${rule} of`),
    },
  ]);
  expect((await run(...renaming)).stderr).toContain("1 renaming to make, of which 1 would be refused.");
  await using loop = await startProxy(server.url, withoutPlans());
  const inLoop = await runCli([...renaming, "-o", "json"], {
    env: { ...server.env, IMAGETAGS_ENDPOINT: loop.url },
  });
  expect(JSON.parse(inLoop.stdout)).toMatchObject([
    { result: "would be refused", error: text("add", "keep-9") },
  ]);
  const undo = await run("undo", "--since", "1h", "--tag", "keep-1", "--dry-run", "-o", "json");
  expect(JSON.parse(undo.stdout)).toMatchObject([{ tag: "keep-1", result: "would be refused" }]);
  // Whoever has no rule in the way is not held up.
  expect((await run("remove", name, "free-1", "--dry-run")).stdout).toContain("Would remove free-1");
  await manage("unprotect", rule);
});

test("a plain Glance has no rules, and dry runs there go on", async () => {
  const image = GLANCE_TODAY_REPLIES["images.show"]?.body;
  const { id } = JSON.parse(JSON.stringify(image));
  const glance = createServer((request, response) => {
    const isShown = request.url === `/v2/images/${id}`;
    response.writeHead(isShown ? 200 : 404, { "Content-Type": "application/json" });
    response.end(isShown ? JSON.stringify(image) : "");
  });
  await new Promise<void>((resolve) => glance.listen(0, "127.0.0.1", resolve));
  const { port } = glance.address() as AddressInfo;
  const env = cloudEnv(`http://127.0.0.1:${port}`, "t");
  const rules = await runCli(["rules"], { env });
  expect([rules.code, rules.stderr]).toEqual([1, expect.stringContaining("cannot keep rules about tags")]);
  expect((await runCli(["remove", id, "old", "--dry-run"], { env })).code).toBe(0);
  await new Promise((resolve) => glance.close(resolve));
});
