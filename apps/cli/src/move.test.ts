import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { cloudEnv, runCli } from "./testing/cli-process.ts";
import { MEMBER_TOKEN, startImageServer, type ImageServer } from "./testing/image-server.ts";

let server: ImageServer;
beforeAll(async () => {
  server = await startImageServer();
});
afterAll(() => server[Symbol.asyncDispose]());

const run = (...args: string[]) => runCli(args, { env: server.env });

describe("imagetags move", () => {
  test("hands a tag on, says where it was, and hands it back and on again by the history", async () => {
    const older = await server.create({ name: "older", tags: ["amphora"] });
    const newer = await server.create({ name: "newer" });
    const moved = await run("move", "amphora", "--to", "newer", "--from", "older");
    expect(moved).toEqual({
      code: 0,
      stdout: `Moved amphora from older (${older}) to newer (${newer}).\n`,
      stderr: "To move it back: imagetags move --back amphora\n",
    });
    expect([await server.tagsOf(older), await server.tagsOf(newer)]).toEqual([[], ["amphora"]]);
    const unasked = await run("move", "amphora", "--back");
    expect(unasked.code).toBe(2);
    expect(unasked.stderr).toMatch(
      /This moves amphora back from newer \(\S+\) to older \(\S+\), where it was until \S+Z: give --yes\./,
    );
    const back = await run("move", "amphora", "--back", "--yes", "-o", "json");
    expect([back.code, JSON.parse(back.stdout)]).toEqual([0, [{ tag: "amphora", from: [newer], to: older }]]);
    expect([await server.tagsOf(older), await server.tagsOf(newer)]).toEqual([["amphora"], []]);
    expect((await run("move", "amphora", "--to", older)).stdout).toBe(
      `amphora is on older (${older}) already, and on no other image of its project.\n`,
    );
  });

  test("tells what it cannot do, and does nothing", async () => {
    await server.create({ name: "m-1", tags: ["-x", "m-both"] });
    await server.create({ name: "m-2", tags: ["m-both"] });
    await server.create({ name: "m-3" });
    expect((await run("move", "--to", "m-3", "--", "-x")).stderr).toBe(
      "To move it back: imagetags move --back -- '-x'\n",
    );
    expect((await run("move", "m-none", "--back", "--yes")).stderr).toContain(
      "The history has no move of m-none",
    );
    expect((await run("move", "m-both", "--to", "m-3")).stderr).toBe("");
    expect((await run("move", "m-both", "--back", "--yes")).stderr).toMatch(
      /took m-both from 2 images.*say --to which\. To bring each back by itself: imagetags undo --since \S+Z --tag m-both/,
    );
    expect((await run("move", "m-both")).code).toBe(2);
  });

  test("says so of a server that cannot move tags", async () => {
    const glance = createServer((request, response) => {
      const isImage = request.url?.startsWith("/v2/images") === true;
      const image = {
        id: "i",
        name: "x",
        status: "active",
        visibility: "private",
        protected: false,
        tags: [],
      };
      const times = { created_at: "2031-01-01T00:00:00Z", updated_at: "2031-01-01T00:00:00Z" };
      const rest = {
        min_ram: 0,
        min_disk: 0,
        self: "/v2/images/i",
        file: "/v2/images/i/file",
        schema: "/v2/schemas/image",
      };
      const body = { ...image, ...times, ...rest };
      response.writeHead(isImage ? 200 : 404, { "Content-Type": isImage ? "application/json" : "text/html" });
      response.end(isImage ? JSON.stringify(body) : "<h1>404 Not Found</h1>");
    });
    await new Promise<void>((listening) => glance.listen(0, "127.0.0.1", listening));
    const { port } = glance.address() as AddressInfo;
    const env = cloudEnv(`http://127.0.0.1:${port}`, MEMBER_TOKEN);
    const { code, stderr } = await runCli(["move", "a", "--to", "00000000-0000-4000-8000-000000000000"], {
      env,
    });
    glance.close();
    expect([code, stderr]).toEqual([1, expect.stringContaining("The server cannot move tags")]);
  });
});
