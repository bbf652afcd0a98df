import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { runCli } from "./testing/cli-process.ts";
import { MEMBER_TOKEN, startImageServer, type ImageServer } from "./testing/image-server.ts";
import { startProxy } from "./testing/proxy.ts";

let server: ImageServer;
beforeAll(async () => {
  server = await startImageServer();
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
});

const run = (...args: string[]) => runCli(args, { env: server.env });

describe.concurrent("--debug", () => {
  test("shows each request and reply with their times, and hides secrets", async () => {
    const { code, stderr } = await run("list", "--name", "debug", "--debug");
    expect(code).toBe(0);
    const time = String.raw`\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z`;
    expect(stderr).toMatch(new RegExp(`^> ${time} GET ${server.url}/v2/images\\?\\S*name=debug\\S*$`, "m"));
    expect(stderr).toMatch(new RegExp(`^< ${time} 200 OK after \\d+\\.\\d{3} s$`, "m"));
    expect(stderr).toMatch(/^> x-auth-token: \[hidden\]$/m);
    expect(stderr).toMatch(/^< x-openstack-request-id: req-/im);
    expect(stderr).not.toContain(MEMBER_TOKEN);
  });

  test("shows a request that is sent again, and why the first failed", async () => {
    let broken = 0;
    await using flaky = await startProxy(server.url, (_, response) => {
      if ((broken += 1) > 1) return false;
      response.destroy();
      return true;
    });
    const env = { ...server.env, IMAGETAGS_ENDPOINT: flaky.url };
    const { code, stderr } = await runCli(["list", "--debug", "--timing"], { env });
    expect(code).toBe(0);
    expect(stderr.match(/^> \S+ GET /gm)).toHaveLength(2);
    expect(stderr).toMatch(/^! \S+ UND_ERR_SOCKET after \d+\.\d{3} s$/m);
    expect(stderr).toMatch(/^ +\d+\.\d{3} {2}UND_ERR_SOCKET {2}GET http/m);
  });
});

test("--timing tells how long each request took, and all of them", async () => {
  const id = await server.create({ name: "timing", tags: ["old"] });
  const { code, stdout, stderr } = await run("remove", id, "old", "--timing");
  expect({ code, stdout }).toEqual({ code: 0, stdout: `Removed old from timing (${id}).\n` });
  expect(stderr.trimEnd().split("\n")).toEqual([
    " SECONDS  RESULT  REQUEST",
    expect.stringMatching(new RegExp(`^ +\\d+\\.\\d{3} {2}200 {5}GET ${server.url}/v2/images/${id}$`)),
    expect.stringMatching(
      new RegExp(`^ +\\d+\\.\\d{3} {2}204 {5}DELETE ${server.url}/v2/images/${id}/tags/old$`),
    ),
    expect.stringMatching(/^ +\d+\.\d{3} +2 requests$/),
  ]);
});

test("-v tells which image service it is, and of each change of many", async () => {
  const id = await server.create({ name: "verbose", tags: ["verbose"] });
  const { code, stdout, stderr } = await run("remove", "--everywhere", "verbose", "-v");
  expect({ code, stdout }).toEqual({
    code: 0,
    stdout: `Removed verbose from verbose (${id}).\nRemoved verbose from 1 image.\n`,
  });
  const [where, howToUndo, ...more] = stderr.trimEnd().split("\n");
  expect([where, ...more]).toEqual([`The image service is at ${server.url}.`]);
  expect(howToUndo).toMatch(/^To undo it: imagetags undo --request req-[0-9a-f]{32}$/);
});

test("-q tells only results and failures, before the command's name or after it", async () => {
  const id = await server.create({ name: "quiet", tags: ["quiet"] });
  const nothing = { code: 0, stdout: "", stderr: "" };
  expect(await run("-q", "add", id, "other")).toEqual(nothing);
  expect(await run("set", id, "quiet", "-q")).toEqual(nothing);
  expect(await run("remove", "--everywhere", "quiet", "--dry-run", "-q", "-o", "value")).toEqual({
    ...nothing,
    stdout: `${id}\tquiet\tquiet\twould be removed\n`,
  });
  expect(await run("remove", "--everywhere", "quiet", "-q")).toEqual(nothing);
  const { code, stderr } = await run("remove", id, "quiet", "-q");
  expect({ code, stderr }).toEqual({
    code: 1,
    stderr: `imagetags: quiet (${id}), tag quiet: The image does not bear the tag.\n`,
  });
  expect((await run("list", "--name", "quiet", "-q", "-o", "value", "-c", "name")).stdout).toBe("quiet\n");
});
