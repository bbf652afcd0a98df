import { existsSync } from "node:fs";
import { expect, test } from "vitest";
import { ask } from "./testing/api.ts";
import { startServerProcess } from "./testing/server-process.ts";
import { StandInKeystone } from "./testing/stand-in-keystone.ts";
import { temporaryFolder } from "./testing/temporary-folder.ts";

test("a server with Keystone tells whom it asks and as whom, makes no tokens file, and ends when it is told to", async () => {
  await using keystone = await StandInKeystone.start();
  using folder = temporaryFolder();
  await using server = await startServerProcess(keystone.env, folder.path);
  const startText = server.stdout();
  expect(startText).toContain(`  tokens    of Keystone at ${keystone.url}, asked as user imagetags\n`);
  expect(startText).not.toContain(keystone.env["OS_PASSWORD"] ?? "?");
  expect(existsSync(folder.at("data", "tokens.yaml"))).toBe(false);
  expect((await ask(server, "GET", "/v2/images")).status).toBe(200);
  // A connection to Keystone is still open.
  server.child.kill("SIGTERM");
  expect(await server.ended()).toMatchObject({ code: 0, stderr: "" });
});

test("a server whose Keystone is not there starts, says so in the log, and ends when it is told to", async () => {
  await using keystone = await StandInKeystone.start();
  await keystone.down();
  using folder = temporaryFolder();
  await using server = await startServerProcess(keystone.env, folder.path);
  expect((await ask(server, "GET", "/v2/images")).status).toBe(503);
  server.child.kill("SIGTERM");
  const { code, stdout } = await server.ended();
  expect(code).toBe(0);
  expect(stdout.match(/"level":40.*Keystone: .*gives no answer/g)).toHaveLength(1);
});
