import { existsSync } from "node:fs";
import { startServer } from "@imagetags/testing/server/start-server";
import { temporaryFolder } from "@imagetags/testing/temporary-folder";
import { expect, test } from "vitest";
import { ask } from "./testing/api.ts";
import { startKeystone } from "./testing/keystone-server.ts";

test("a server with Keystone tells whom it asks and as whom, makes no tokens file, and ends when it is told to", async () => {
  await using keystone = await startKeystone();
  using folder = temporaryFolder();
  await using server = await startServer({ folder, settings: keystone.env });
  const { startText } = server;
  expect(startText).toContain(`  tokens    of Keystone at ${keystone.url}, asked as user imagetags\n`);
  expect(startText).not.toContain(keystone.env["OS_PASSWORD"] ?? "?");
  expect(existsSync(folder.at("data", "tokens.yaml"))).toBe(false);
  expect((await ask(server, "GET", "/v2/images")).status).toBe(200);
  // A connection to Keystone is still open.
  server.child.kill("SIGTERM");
  expect(await server.ended()).toMatchObject({ code: 0, stderr: "" });
});

test("a server whose Keystone is not there starts, says so in the log, and ends when it is told to", async () => {
  await using keystone = await startKeystone();
  await keystone.down();
  using folder = temporaryFolder();
  await using server = await startServer({ folder, settings: keystone.env });
  expect((await ask(server, "GET", "/v2/images")).status).toBe(503);
  server.child.kill("SIGTERM");
  const { code, stdout } = await server.ended();
  expect(code).toBe(0);
  expect(stdout.match(/"level":"warn".*Keystone: .*gives no answer/g)).toHaveLength(1);
});
