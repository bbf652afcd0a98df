import { randomUUID } from "node:crypto";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { cloudEnv, runCli } from "./testing/cli-process.ts";
import { MEMBER_TOKEN, startImageServer, type ImageServer } from "./testing/image-server.ts";
import { startProxy, withoutPlans } from "./testing/proxy.ts";

let server: ImageServer;
beforeAll(async () => {
  server = await startImageServer();
});
afterAll(() => server[Symbol.asyncDispose]());

const run = (...args: string[]) => runCli(args, { env: server.env });

describe("imagetags history", () => {
  test("tells who did what to the tags of an image, newest first, in every format", async () => {
    const id = await server.create({ name: "h-1", tags: ["h-a"] });
    expect((await run("remove", "h-1", "h-a")).code).toBe(0);
    const { stdout, stderr, code } = await run("history", "h-1", "-o", "json");
    expect([code, stderr]).toEqual([0, ""]);
    expect(JSON.parse(stdout)).toMatchObject([
      {
        action: "removed",
        tag: "h-a",
        image_id: id,
        user_id: "alice",
        project_id: "alpha",
        roles: ["member", "reader"],
      },
      { action: "added", tag: "h-a", image_id: id },
    ]);
    const table = await run("history", "h-1", "--limit", "1");
    expect(table.stdout).toMatch(/^TIME +ACTION +TAG +IMAGE ID +USER ID\n\S+Z +removed +h-a +\S+ +alice\n$/);
    expect((await run("history", id, "--action", "added", "-o", "value", "-c", "tag")).stdout).toBe("h-a\n");
    expect(
      (await run("history", "--tag", "h-a", "--since", "1h", "--user", "nobody", "-o", "json")).stdout,
    ).toBe("[]\n");
    expect((await run("history", "--tag", "h-a", "--until", "2001-01-01", "-o", "json")).stdout).toBe("[]\n");
    expect((await run("history", randomUUID(), "-o", "json")).stdout).toBe("[]\n");
    expect((await run("history", "h-none")).code).toBe(1);
  });

  test.each(["yesterday", "2", "2h ago", "2031-13-01", "1y"])("refuses --since %s", async (since) => {
    const { code, stderr } = await run("history", "--since", since);
    expect(code).toBe(2);
    expect(stderr).toContain(
      "It must be an age, such as 30m, 2h or 7d, or a time, such as 2031-05-09T10:20Z.",
    );
  });
});

describe("imagetags undo", () => {
  test("brings back what a removal everywhere took, by the command that this prints, and nothing else", async () => {
    const others = await server.create({ name: "u-0", tags: ["u-old"] });
    expect((await run("remove", "u-0", "u-old")).code).toBe(0);
    const mine = [
      await server.create({ name: "u-1", tags: ["u-old", "u-kept"] }),
      await server.create({ name: "u-2", tags: ["u-old"] }),
    ];
    const removed = await run("remove", "--everywhere", "u-old");
    const [, command = ""] = /^To undo it: imagetags (undo --request \S+)$/m.exec(removed.stderr) ?? [];
    expect(command).not.toBe("");
    const words = command.split(" ");
    const dry = await run(...words, "--dry-run", "-o", "json");
    expect(dry.stderr).toBe("2 changes to make. Nothing was undone.\n");
    expect(JSON.parse(dry.stdout)).toMatchObject([
      { tag: "u-old", becomes: "added", result: "would be undone" },
      { tag: "u-old", becomes: "added", result: "would be undone" },
    ]);
    for (const id of mine) expect(await server.tagsOf(id)).not.toContain("u-old");
    expect(await run(...words)).toEqual({ code: 0, stdout: "Undid 2 changes.\n", stderr: "" });
    for (const id of mine) expect(await server.tagsOf(id)).toContain("u-old");
    expect(await server.tagsOf(others)).toEqual([]);
    // Undone already, each was changed since.
    expect((await run(...words)).stdout).toBe("Undid 0 changes. 2 changed since.\n");
  });

  test("of a server that does not plan them, brings back by time and tag what a removal everywhere took", async () => {
    await using proxy = await startProxy(server.url, withoutPlans());
    const env = { ...server.env, IMAGETAGS_ENDPOINT: proxy.url };
    const id = await server.create({ name: "u-5", tags: ["it's t"] });
    const removed = await runCli(["remove", "--everywhere", "it's t"], { env });
    expect(removed.stderr).toMatch(/^To undo it: imagetags undo --since \S+Z --tag 'it'\\''s t'\n$/);
    const [, since = ""] = /--since (\S+)/.exec(removed.stderr) ?? [];
    expect((await runCli(["undo", "--since", since, "--tag", "it's t"], { env })).stdout).toBe(
      "Undid 1 change.\n",
    );
    expect(await server.tagsOf(id)).toEqual(["it's t"]);
  });

  test("takes back what was added", async () => {
    const id = await server.create({ name: "u-3" });
    expect((await run("add", "u-3", "u-new")).code).toBe(0);
    expect((await run("undo", "--since", "1h", "--image", "u-3", "--tag", "u-new")).stdout).toBe(
      "Undid 1 change.\n",
    );
    expect(await server.tagsOf(id)).toEqual([]);
  });

  test("asks first where all changes of all images are meant, and needs a time or a request", async () => {
    await server.create({ name: "u-4", tags: ["u-4"] });
    const refused = await run("undo", "--since", "1h");
    expect(refused.code).toBe(2);
    expect(refused.stderr).toMatch(
      /^imagetags: Th(is is|ese are) \d+ changes?, to be undone on \d+ images?: give --yes, or/,
    );
    const timeless = await run("undo", "--tag", "u-4");
    expect([timeless.code, timeless.stderr]).toEqual([
      2,
      expect.stringContaining("Give --since, such as --since 2h, or --request."),
    ]);
  });
});

test("a server without a history, such as a plain Glance, is told in one line", async () => {
  const glance = createServer((request, response) => {
    const isTokenless = request.headers["x-auth-token"] === undefined;
    response.writeHead(isTokenless ? 401 : 404, { "Content-Type": "text/html; charset=UTF-8" });
    response.end(
      "<html>\n <head>\n  <title>404 Not Found</title>\n </head>\n <body>\n  <h1>404 Not Found</h1>\n </body>\n</html>",
    );
  });
  await new Promise<void>((resolve) => glance.listen(0, "127.0.0.1", resolve));
  const { port } = glance.address() as AddressInfo;
  for (const args of [["history"], ["undo", "--since", "1h"]]) {
    expect(await runCli(args, { env: cloudEnv(`http://127.0.0.1:${port}`, MEMBER_TOKEN) })).toEqual({
      code: 1,
      stdout: args[0] === "history" ? expect.any(String) : "",
      stderr:
        "imagetags: The server does not record who changed which tag when, so there is no history of it to go by.\n",
    });
  }
  glance.close();
});
