import { readFileSync, writeFileSync } from "node:fs";
import { temporaryFolder } from "@imagetags/testing/temporary-folder";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { endOf, runCli, startCli } from "./testing/cli-process.ts";
import { MEMBER_TOKEN, startImageServer, type ImageServer } from "./testing/image-server.ts";
import { startProxy } from "./testing/proxy.ts";

let server: ImageServer;
beforeAll(async () => {
  server = await startImageServer();
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
});

describe.concurrent("the proxies of the environment", () => {
  test.each(["HTTP_PROXY", "http_proxy", "ALL_PROXY"])("are taken from %s", async (name) => {
    await using proxy = await startProxy(server.url, (_, response) => {
      const list = { images: [], first: "/v2/images", schema: "/v2/schemas/images" };
      response.writeHead(200, { "Content-Type": "application/json" }).end(JSON.stringify(list));
      return true;
    });
    const env = { [name]: proxy.url, IMAGETAGS_TOKEN: MEMBER_TOKEN };
    const endpoint = "http://image.example.invalid:9292";
    const { code, stderr } = await runCli(["list", "--endpoint", endpoint], { env });
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(proxy.requests[0]).toMatch(/^GET http:\/\/image\.example\.invalid:9292\/v2\/images/);
  });

  test("are left out for what NO_PROXY names", async () => {
    const env = { ...server.env, HTTP_PROXY: "http://nowhere.invalid:1", NO_PROXY: "127.0.0.1" };
    expect(await runCli(["list"], { env })).toMatchObject({ code: 0, stderr: "" });
  });

  test("are named where they are wrong, without their password", async () => {
    const said = async (HTTP_PROXY: string) => {
      const { code, stderr } = await runCli(["list"], { env: { ...server.env, HTTP_PROXY } });
      expect(stderr).not.toContain("secret");
      return { code, stderr };
    };
    expect(await said("gopher://me:secret@proxy")).toEqual({
      code: 2,
      stderr:
        "imagetags: The variable HTTP_PROXY names a proxy by gopher://; there are http, https, socks5 and socks5h.\n",
    });
    const refused = await said("http://me:secret@127.0.0.1:9");
    expect(refused.code).toBe(1);
    expect(refused.stderr).toMatch(
      /^imagetags: GET http:.* \(ECONNREFUSED, through the proxy http:\/\/127\.0\.0\.1:9\)\. Is HTTP_PROXY or .* NO_PROXY\?\n$/,
    );
  });
});

describe.concurrent("the token", () => {
  test("is taken from a file, standard input, the environment or an option", async () => {
    using folder = temporaryFolder();
    const file = folder.at("token");
    writeFileSync(file, `${MEMBER_TOKEN}\n`);
    const IMAGETAGS_ENDPOINT = server.url;
    const ends = await Promise.all([
      runCli(["list", "--token-file", file], { env: { IMAGETAGS_ENDPOINT } }),
      runCli(["list", "--token-file", "-"], { env: { IMAGETAGS_ENDPOINT }, input: MEMBER_TOKEN }),
      runCli(["list"], { env: { IMAGETAGS_ENDPOINT, IMAGETAGS_TOKEN_FILE: file } }),
      runCli(["list"], { env: { IMAGETAGS_ENDPOINT, IMAGETAGS_TOKEN: MEMBER_TOKEN } }),
      runCli(["--endpoint", server.url, "list", "--token", MEMBER_TOKEN]),
      runCli(["list", "--token", MEMBER_TOKEN], { env: { IMAGETAGS_ENDPOINT, IMAGETAGS_TOKEN: "wrong" } }),
    ]);
    for (const { code, stderr } of ends) expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  });

  test("shows neither in what is said when it is refused nor when it cannot be sent", async () => {
    for (const token of ["secret-token", "secret token", "sécret-token"]) {
      const { stdout, stderr, code } = await runCli(["list"], {
        env: { IMAGETAGS_ENDPOINT: server.url, IMAGETAGS_TOKEN: token },
      });
      expect(code).not.toBe(0);
      expect(stdout + stderr).not.toContain(token);
      expect(stderr.trimEnd().split("\n")).toHaveLength(1);
    }
  });

  test.skipIf(process.platform !== "linux")(
    "of an option does not stay in the list of processes",
    async () => {
      await using slow = await startProxy(server.url, () => true);
      const child = startCli(["list", "--endpoint", slow.url, "--token", "secret-token"]);
      const ended = endOf(child);
      try {
        await expect.poll(() => slow.requests.length, { timeout: 15_000 }).toBe(1);
        expect(readFileSync(`/proc/${child.pid ?? 0}/cmdline`, "utf8")).toMatch(/^imagetags\0*$/);
      } finally {
        child.kill("SIGKILL");
        await ended;
      }
    },
  );
});

describe.concurrent("the cloud", () => {
  const yaml = (url: string) =>
    `clouds: {here: {auth_type: admin_token, auth: {endpoint: "${url}", token: "${MEMBER_TOKEN}"}}}`;

  test("is that of --os-cloud or OS_CLOUD in clouds.yaml, or the only one there", async () => {
    using folder = temporaryFolder();
    writeFileSync(folder.at("clouds.yaml"), yaml(server.url));
    const cwd = folder.path;
    for (const [args, env] of [
      [["list", "--os-cloud", "here"], { IMAGETAGS_ENDPOINT: "http://127.0.0.1:9" }],
      [["--os-cloud", "here", "list"], {}],
      [["list"], { OS_CLOUD: "here" }],
      [["list"], {}],
    ] as const) {
      const { code, stderr } = await runCli(args, { cwd, env });
      expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    }
    const { code, stderr } = await runCli(["list", "--os-cloud", "there"], { cwd });
    expect({ code, stderr }).toEqual({
      code: 2,
      stderr: expect.stringMatching(/^imagetags: .*there.*here.*\n$/),
    });
  });

  test("may have its settings taken over by options", async () => {
    using folder = temporaryFolder();
    writeFileSync(folder.at("clouds.yaml"), yaml("http://127.0.0.1:9"));
    const { code, stderr } = await runCli(
      ["list", "--os-cloud", "here", "--os-image-endpoint-override", server.url, "--os-token", MEMBER_TOKEN],
      { cwd: folder.path },
    );
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  });
});

describe.concurrent("what goes wrong is one line with the request id:", () => {
  test("an answer that the server gives", async () => {
    const { code, stderr } = await runCli(["list"], { env: { ...server.env, IMAGETAGS_TOKEN: "wrong" } });
    expect(code).toBe(1);
    expect(stderr).toMatch(/^imagetags: .+ \(request id req-[-0-9a-f]{36}\)\n$/);
  });

  test("a server that is not there", async () => {
    const { url } = await (async () => {
      await using gone = await startProxy(server.url, () => true);
      return gone;
    })();
    const { code, stderr } = await runCli(["list"], {
      env: { ...server.env, IMAGETAGS_ENDPOINT: url },
    });
    expect(code).toBe(1);
    expect(stderr).toMatch(/^imagetags: .*ECONNREFUSED.*\n$/);
  });

  test("a server that does not answer in time", async () => {
    await using silent = await startProxy(server.url, () => true);
    const { code, stderr } = await runCli(["list", "--timeout", "0.2"], {
      env: { ...server.env, IMAGETAGS_ENDPOINT: silent.url },
    });
    expect(code).toBe(1);
    expect(stderr).toMatch(/^imagetags: .*200 ms.*\n$/);
  });

  test("a server with words that a terminal would obey", async () => {
    await using rude = await startProxy(server.url, (_, response) => {
      response.writeHead(403, { "Content-Type": "application/json" });
      response.end(JSON.stringify({ error: { code: 403, title: "Forbidden", message: "no\u001B[2J\nway" } }));
      return true;
    });
    const { code, stderr } = await runCli(["list"], { env: { ...server.env, IMAGETAGS_ENDPOINT: rude.url } });
    expect({ code, stderr }).toEqual({ code: 1, stderr: "imagetags: no\\u001b[2J way\n" });
  });
});

test("a removal whose answer was lost counts as done when it is repeated", async () => {
  const id = await server.create({ name: "lost", tags: ["old"] });
  let lost = 0;
  await using flaky = await startProxy(server.url, async ({ method, url, headers }, response) => {
    if (method !== "DELETE" || lost > 0) return false;
    lost += 1;
    // The server does it, and nobody hears of it.
    const token = String(headers["x-auth-token"]);
    await fetch(`${server.url}${url ?? ""}`, { method, headers: { "X-Auth-Token": token } });
    response.destroy();
    return true;
  });
  const { code, stdout, stderr } = await runCli(["remove", id, "old"], {
    env: { ...server.env, IMAGETAGS_ENDPOINT: flaky.url },
  });
  expect({ code, stdout, stderr }).toEqual({
    code: 0,
    stdout: `Removed old from lost (${id}).\n`,
    stderr: "",
  });
  expect(lost).toBe(1);
});

describe.concurrent("--not-tag", () => {
  test("is right with a server that knows the filter, and spares it the images that are left out", async () => {
    await server.create({ name: "plain", tags: ["known"] });
    await server.create({ name: "tested", tags: ["known", "x"] });
    await using proxy = await startProxy(server.url, () => false);
    expect(await names(proxy.url, "known", "x")).toEqual(["plain"]);
    expect(proxy.requests.at(-1)).toContain("not-tags=x");
  });

  test("is right with one that takes it for the name of a property, as Glance does", async () => {
    await server.create({ name: "plain", tags: ["unknown"] });
    await server.create({ name: "tested", tags: ["unknown", "x"] });
    await using glance = await startProxy(server.url, ({ url = "" }, response) => {
      if (!url.includes("not-tags")) return false;
      response.writeHead(200, { "Content-Type": "application/json" });
      response.end(JSON.stringify({ images: [], first: "/v2/images", schema: "/v2/schemas/images" }));
      return true;
    });
    expect(await names(glance.url, "unknown", "x")).toEqual(["plain"]);
  });

  test("is right with a tag that has a comma, which the filter cannot carry", async () => {
    await server.create({ name: "plain", tags: ["comma", "a", "b"] });
    await server.create({ name: "tested", tags: ["comma", "a,b"] });
    expect(await names(server.url, "comma", "a,b")).toEqual(["plain"]);
  });

  async function names(url: string, tag: string, without: string): Promise<string[]> {
    const args = ["list", "--tag", tag, "--not-tag", without, "-o", "value", "-c", "name"];
    const { stdout, stderr } = await runCli(args, { env: { ...server.env, IMAGETAGS_ENDPOINT: url } });
    expect(stderr).toBe("");
    return stdout.trimEnd().split("\n");
  }
});
