import { existsSync, statSync, writeFileSync } from "node:fs";
import { createServer, request } from "node:http";
import { connect, type ListenOptions } from "node:net";
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { networkInterfaces } from "node:os";
import { SURROUNDINGS } from "@imagetags/testing/processes/program";
import { runServer, SERVER, startServer } from "@imagetags/testing/server/start-server";
import { temporaryFolder } from "@imagetags/testing/temporary-folder";
import { expect, test, vi } from "vitest";
import { readConfig } from "../../config/config.ts";
import { describeOnDatabases } from "../../testing/database-kinds.ts";
import { startTestServer } from "../../testing/test-server.ts";
import { workersOf } from "../../testing/workers-of.ts";

const timeout = 120_000;
const hasSystemd = spawnSync("systemd-socket-activate", ["--version"]).status === 0;
const hasIPv6 = Object.values(networkInterfaces()).some((all) =>
  all?.some(({ address }) => address === "::1"),
);

/** Asks for `/livez` over a connection of its own. */
function ask(
  to: ListenOptions,
  headers: Record<string, string> = {},
  path = "/livez",
): Promise<{ status: number; body: string }> {
  return new Promise((resolve, reject) => {
    const asked = request(
      { agent: false, ...(to.path === undefined ? to : { socketPath: to.path }), path, headers },
      (reply) => {
        let body = "";
        reply.setEncoding("utf8").on("data", (text: string) => (body += text));
        reply.once("end", () => resolve({ status: reply.statusCode ?? 0, body }));
      },
    );
    asked.once("error", reject).end();
  });
}

test("a server answers at every address that is named, and closes them all", async () => {
  using folder = temporaryFolder();
  const path = folder.at("api.sock");
  const server = await startTestServer({
    env: {
      IMAGETAGS_LISTEN: `127.0.0.1:0,127.0.0.1:0${hasIPv6 ? ",[::1]:0" : ""},unix:${path}`,
      IMAGETAGS_SOCKET_MODE: "0600",
    },
  });
  const urls = server.running.urls.filter((url) => url.startsWith("http"));
  expect(urls).toHaveLength(hasIPv6 ? 3 : 2);
  for (const url of urls) expect((await fetch(`${url}/livez`)).status).toBe(200);
  expect(server.running.urls.at(-1)).toBe(`unix:${path}`);
  expect((await ask({ path })).status).toBe(200);
  expect(statSync(path).mode & 0o777).toBe(0o600);
  const silent = connect(path);
  await once(silent, "connect");
  await server[Symbol.asyncDispose]();
  expect(existsSync(path)).toBe(false);
  for (const url of urls) await expect(fetch(`${url}/livez`)).rejects.toThrow();
});

test("the file of a Unix socket that a killed server left is taken over, and nobody else's is", async () => {
  using folder = temporaryFolder();
  const path = folder.at("api.sock");
  const killed = await startServer({ settings: { IMAGETAGS_LISTEN: `127.0.0.1:0,unix:${path}` } });
  await killed.kill();
  expect(existsSync(path)).toBe(true);
  {
    await using server = await startTestServer({ env: { IMAGETAGS_LISTEN: `unix:${path}` } });
    expect(server.running.url).toBe(`unix:${path}`);
    await expect(startTestServer({ env: { IMAGETAGS_LISTEN: `unix:${path}` } })).rejects.toThrow(
      `another program listens at ${path} already`,
    );
    expect((await ask({ path })).status).toBe(200);
  }
  writeFileSync(path, "");
  await expect(startTestServer({ env: { IMAGETAGS_LISTEN: `unix:${path}` } })).rejects.toThrow(
    "is no socket",
  );
  expect(existsSync(path)).toBe(true);
});

test("who connects to the Unix socket is believed about the caller's address only where that is set", async () => {
  using folder = temporaryFolder();
  const path = folder.at("api.sock");
  for (const proxies of ["unix", "127.0.0.1"]) {
    await using server = await startTestServer({
      env: { IMAGETAGS_LISTEN: `unix:${path},127.0.0.1:0`, IMAGETAGS_TRUSTED_PROXIES: proxies },
    });
    await ask({ path }, { "X-Forwarded-For": "192.0.2.7" }, "/versions");
    await vi.waitFor(() => expect(server.logged()).toContain('"path":"/versions"'));
    expect(server.logged().includes('"address":"192.0.2.7"')).toBe(proxies === "unix");
  }
});

test.skipIf(!hasSystemd && process.env["CI"] === undefined)(
  "sockets that systemd hands over are served (needs systemd-socket-activate)",
  { timeout },
  async () => {
    using folder = temporaryFolder();
    const path = folder.at("api.sock");
    const other = createServer().listen(0, "127.0.0.1");
    await once(other, "listening");
    const address = other.address();
    const port = typeof address === "object" && address !== null ? address.port : 0;
    other.close();
    const child = spawn(
      "systemd-socket-activate",
      ["-l", `127.0.0.1:${port}`, "-l", path, process.execPath, SERVER],
      { cwd: folder.path, env: SURROUNDINGS, stdio: ["ignore", "pipe", "pipe"] },
    );
    let said = "";
    child.stderr?.setEncoding("utf8").on("data", (text: string) => (said += text));
    try {
      await vi.waitFor(() => expect(said).toContain(`Listening on ${path}`), { timeout });
      // The first connection starts the server, and waits for it.
      expect((await ask({ host: "127.0.0.1", port })).status).toBe(200);
      expect((await ask({ path })).status).toBe(200);
      expect(said).toContain(`answers at http://127.0.0.1:${port}`);
      child.kill("SIGTERM");
      const [code] = await once(child, "exit");
      expect(code).toBe(0);
    } finally {
      child.kill("SIGKILL");
    }
  },
);

test("systemd that is named and hands over nothing ends the start, and no other command", async () => {
  using folder = temporaryFolder();
  const settings = { IMAGETAGS_LISTEN: "127.0.0.1:0,systemd" };
  const end = await runServer([], settings, folder.path);
  expect(end.code).toBe(2);
  expect(end.stderr).toContain("IMAGETAGS_LISTEN names systemd, which hands over no socket to this process");
  expect((await runServer(["policy"], settings, folder.path)).code).toBe(0);
});

test("a socket that systemd hands over and that IMAGETAGS_LISTEN does not name is told of", () => {
  const handedOver = { LISTEN_FDS: "2", LISTEN_PID: String(process.pid) };
  const fds = [3, 4].map((fd) => ({ kind: "fd", fd }));
  expect(readConfig(handedOver).listen).toEqual(fds);
  expect(readConfig({ ...handedOver, IMAGETAGS_LISTEN: "systemd,unix:/run/x" }).listen).toEqual([
    ...fds,
    { kind: "unix", path: "/run/x" },
  ]);
  expect(readConfig({ ...handedOver, LISTEN_PID: "1" }).listen).toHaveLength(1);
  expect(() => readConfig({ ...handedOver, IMAGETAGS_LISTEN: "127.0.0.1:1" })).toThrow(
    "IMAGETAGS_LISTEN must name systemd too",
  );
});

test("a number that is no open socket is refused at the start", async () => {
  using folder = temporaryFolder();
  await expect(startServer({ folder, settings: { IMAGETAGS_LISTEN: "fd:77" } })).rejects.toThrow(
    /IMAGETAGS_LISTEN cannot be used: .*EBADF|ENOTSOCK|EINVAL/,
  );
});

describeOnDatabases(
  "several workers over",
  (kind) => {
    test(
      "share a Unix socket and one that was handed over, also when all of them are replaced at once",
      { timeout },
      async () => {
        using folder = temporaryFolder();
        await using database = await kind.open();
        const path = folder.at("api.sock");
        const handed = createServer().listen(0, "127.0.0.1");
        await once(handed, "listening");
        const address = handed.address();
        const port = typeof address === "object" && address !== null ? address.port : 0;
        const fd = Reflect.get(Reflect.get(handed, "_handle"), "fd") as number;
        const child = spawn(process.execPath, ["--max-semi-space-size=8", SERVER], {
          cwd: folder.path,
          env: {
            ...SURROUNDINGS,
            IMAGETAGS_DATABASE_URL: database.url,
            IMAGETAGS_WORKERS: "2",
            IMAGETAGS_SOCKET_MODE: "0660",
            IMAGETAGS_LISTEN: `fd:3,unix:${path},127.0.0.1:0`,
          },
          stdio: ["ignore", "pipe", "pipe", fd],
        });
        handed.close();
        let said = "";
        child.stderr?.setEncoding("utf8").on("data", (text: string) => (said += text));
        try {
          await vi.waitFor(() => expect(said).toContain("answers at"), { timeout });
          expect(said).toContain(`unix:${path}`);
          expect(statSync(path).mode & 0o777).toBe(0o660);
          for (const to of [{ host: "127.0.0.1", port }, { path }]) expect((await ask(to)).status).toBe(200);
          const before = workersOf({ child });
          for (const worker of before) process.kill(worker, "SIGKILL");
          await vi.waitFor(
            () => expect(workersOf({ child }).filter((worker) => !before.includes(worker))).toHaveLength(2),
            { timeout },
          );
          await vi.waitFor(async () => expect((await ask({ path })).status).toBe(200), { timeout });
          expect((await ask({ host: "127.0.0.1", port })).status).toBe(200);
          expect(statSync(path).mode & 0o777).toBe(0o660);
          child.kill("SIGTERM");
          const [code] = await once(child, "exit");
          expect(code).toBe(0);
          expect(existsSync(path)).toBe(false);
        } finally {
          child.kill("SIGKILL");
        }
      },
    );
  },
  ({ hasGlancesImages, isServer, name }) => !hasGlancesImages && isServer && name.includes("PostgreSQL"),
);
