import { execFile, spawnSync } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { connect, createServer, type Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import type { Ended } from "@imagetags/testing/processes/program";
import { hasTerminal, shellAtTerminal } from "@imagetags/testing/processes/terminal";
import {
  MEMBER_TOKEN,
  SERVER,
  runServer,
  startKnowing,
  startServer,
  type ServerProcess,
} from "@imagetags/testing/server/start-server";
import { temporaryFolder, type TemporaryFolder } from "@imagetags/testing/temporary-folder";
import Database from "better-sqlite3";
import { describe, expect, test } from "vitest";
import { SETTINGS } from "./config/config.ts";
import { rawRequest, type RawReply } from "./testing/raw-request.ts";
import { readTokenFile } from "./identity/token-file.ts";

const hasCurl = spawnSync("curl", ["--version"]).error === undefined;
const IMAGE = "11111111-2222-4333-8444-555555555555";

describe.concurrent("the command", () => {
  test("--help tells every setting with its default, whatever the settings are", async () => {
    using folder = temporaryFolder();
    const { code, stdout, stderr } = await runServer(
      ["--help"],
      { IMAGETAGS_LISTEN: "nonsense" },
      folder.path,
    );
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    for (const setting of SETTINGS) {
      expect(stdout).toContain(`  ${setting.name} `);
      expect(stdout).toContain(`(default: ${setting.default})\n`);
      expect(stdout).toContain(setting.meaning);
    }
  });

  test("--version tells the package's version", async () => {
    using folder = temporaryFolder();
    const manifest: unknown = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8"));
    const { code, stdout, stderr } = await runServer(["--version"], {}, folder.path);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(manifest).toMatchObject({ version: stdout.trimEnd() });
  });

  test.each([
    [["serve", "now"], "now"],
    [["--port"], "--port"],
  ])("%j is refused by name", async (args, named) => {
    using folder = temporaryFolder();
    const end = await runServer(args, {}, folder.path);
    expect(mistakes(end)).toEqual([expect.stringContaining(named)]);
  });
});

describe.concurrent("what is wrong at the start is told in one line each, with exit code 2 and no stack trace:", () => {
  test("settings, all of them, and no password", async () => {
    using folder = temporaryFolder();
    const settings = {
      IMAGETAGS_DATABASE_URL: "mysql://glance:s3cret@db/glance?no=1",
      IMAGETAGS_LISTEN: "9292",
      IMAGETAGS_PORT: "1",
      IMAGETAGS_TAG_QUOTA: "x",
    };
    const end = await runServer([], settings, folder.path);
    expect(
      mistakes(end)
        .map((line) => line.split(" ")[0])
        .toSorted(),
    ).toEqual(Object.keys(settings));
    expect(end.stderr).not.toContain("s3cret");
  });

  const files: [string, (folder: TemporaryFolder) => { settings: Record<string, string>; named: string }][] =
    [
      [
        "a tokens file with an unquoted token that YAML reads as an alias",
        (folder) => {
          const path = folder.at("tokens.yaml");
          writeFileSync(
            path,
            "tokens:\n  - token: *s3cret\n    user_id: a\n    project_id: b\n    roles: []\n",
          );
          return { settings: { IMAGETAGS_TOKENS_FILE: path }, named: path };
        },
      ],
      [
        "a named tokens file that is not there",
        () => ({ settings: { IMAGETAGS_TOKENS_FILE: "tokens.yml" }, named: "tokens.yml" }),
      ],
      [
        "a data directory where the system will have none",
        () => ({ settings: { IMAGETAGS_DATA_DIR: "/proc/imagetags" }, named: "IMAGETAGS_DATA_DIR" }),
      ],
      [
        "a file that is no database",
        (folder) => {
          writeFileSync(folder.at("letter.db"), "Dear operator, ".repeat(100));
          return { settings: { IMAGETAGS_DATABASE_URL: "sqlite:letter.db" }, named: "letter.db" };
        },
      ],
      [
        "a file for the data directory",
        (folder) => {
          writeFileSync(folder.at("file"), "");
          return { settings: { IMAGETAGS_DATA_DIR: "file" }, named: "IMAGETAGS_DATA_DIR" };
        },
      ],
      [
        // No name under .invalid is known (RFC 6761).
        "a host that nobody knows",
        () => ({ settings: { IMAGETAGS_LISTEN: "images.invalid:0" }, named: "IMAGETAGS_LISTEN" }),
      ],
    ];

  test.each(files)("%s", async (_, arrange) => {
    using folder = temporaryFolder();
    const { settings, named } = arrange(folder);
    const end = await runServer([], { IMAGETAGS_LISTEN: "127.0.0.1:0", ...settings }, folder.path);
    expect(mistakes(end)).toEqual([expect.stringContaining(named)]);
    expect(end.stderr).not.toContain("s3cret");
  });

  test("a port that another program listens on", async () => {
    using folder = temporaryFolder();
    const other = createServer();
    await new Promise<void>((listening) => other.listen(0, "127.0.0.1", listening));
    const address = other.address();
    if (address === null || typeof address === "string") throw new Error("The other program has no port.");
    const end = await runServer([], { IMAGETAGS_LISTEN: `127.0.0.1:${address.port}` }, folder.path);
    other.close();
    expect(mistakes(end)).toEqual([
      `IMAGETAGS_LISTEN: another program listens at 127.0.0.1:${address.port} already. ` +
        `For another port, set it: IMAGETAGS_LISTEN=127.0.0.1:${address.port + 1}`,
    ]);
    // Otherwise the next start would not be a first one, and nobody would be told the token.
    expect(existsSync(folder.at("data", "tokens.yaml"))).toBe(false);
  });
});

describe.concurrent("a first start", () => {
  test("with a policy file tells which, and logs the rules that it overrides", async () => {
    using folder = temporaryFolder();
    writeFileSync(folder.at("policy.yaml"), 'delete_image_tag: "role:tag_janitor"\n');
    await using server = await startServer({ folder, settings: { IMAGETAGS_POLICY_FILE: "policy.yaml" } });
    expect(server.startText).toContain(`\n  policy    ${folder.at("policy.yaml")}\n`);
    expect(server.stdout()).toContain('"policy":"policy.yaml","rules":["delete_image_tag"]');
  });

  test.skipIf(!hasCurl || !hasTerminal)(
    "prints two curl lines at a terminal that work as pasted (needs curl and script)",
    async () => {
      using folder = temporaryFolder();
      const env = { IMAGETAGS_LISTEN: "127.0.0.1:0" };
      const line = `exec ${process.execPath} ${SERVER}`;
      await using session = shellAtTerminal(line, { cwd: folder.path, columns: 500, env });
      await session.shows(/DELETE .*'\r\n/);
      const [creation = "", removal = "", ...others] = curlLines(session.screen().replaceAll("\r\n", "\n"));
      expect(others).toEqual([]);
      expect(await shell(creation)).toMatch(/^HTTP\/1\.1 201 /);
      expect(await shell(removal)).toMatch(/^HTTP\/1\.1 204 /);
      const again = await shell(removal);
      const imageId = /\/v2\/images\/([0-9a-f-]{36})\/tags\/miracle/.exec(removal)?.[1];
      expect(again).toMatch(/^HTTP\/1\.1 404 /);
      expect(again).toContain(`Image ${imageId} has no tag miracle.`);
      expect(await shell(creation)).toMatch(/^HTTP\/1\.1 409 /);
      // The log there is for people, after the text of the start.
      await session.shows(/^[^{]* INFO: DELETE \/v2\/images\/\S+ 404 [\d.]+ ms /m);
      session.type("\u0003");
      expect(await session.ended).toBe(0);
    },
  );

  test("tells where it answers and which files it uses, and its token nowhere but in its file", async () => {
    using folder = temporaryFolder();
    await using first = await startServer({ folder, settings: { IMAGETAGS_TAG_QUOTA: "-1" } });
    const startText = first.startText;
    expect(startText).toContain(`answers at ${first.url}\n`);
    expect(startText).toContain(`${folder.at("data", "imagetags.db")} (new)\n`);
    expect(startText).toContain(
      `one was made with a token for project demo:\n${folder.at("data", "tokens.yaml")}\n`,
    );
    expect(startText).toContain("profile glance, any number per image\n");

    const token = readTokenFile(folder.at("data", "tokens.yaml"))[0]?.token ?? "";
    expect(token.length).toBeGreaterThan(30);
    expect(startText).not.toContain(token);
    for (const path of [
      `/v2/images?token=${token}`,
      "/v2/images",
      `/v2/images/x/tags/y?${token}`,
      `/?${token}`,
    ]) {
      await rawRequest(first.port, { method: "GET", path, headers: [["X-Auth-Token", token]] });
      await rawRequest(first.port, { method: "GET", path, headers: [["X-Auth-Token", `${token}x`]] });
    }
    first.child.kill("SIGTERM");
    const { stdout, stderr } = await first.ended();
    expect(stderr).toBe("");
    const log = stdout.trimEnd().split("\n");
    expect(log.length).toBeGreaterThanOrEqual(8);
    for (const line of log) expect(JSON.parse(line)).toMatchObject({ level: expect.any(String) });
    expect(stdout).not.toContain(token);

    await using second = await startServer({ folder });
    expect(second.startText).not.toContain("There was no tokens file");
    expect(second.startText).toContain("(made by this server)");
    const headers = [["X-Auth-Token", token]] as const;
    expect((await rawRequest(second.port, { method: "GET", path: "/v2/images", headers })).status).toBe(200);
  });

  test("with IMAGETAGS_LOG_FORMAT=text logs for people where there is no terminal too", async () => {
    using folder = temporaryFolder();
    const child = execFile(process.execPath, [SERVER], {
      cwd: folder.path,
      env: { IMAGETAGS_LISTEN: "127.0.0.1:0", IMAGETAGS_LOG_FORMAT: "text" },
    });
    let stdout = "";
    child.stdout?.on("data", (text: string) => (stdout += text));
    await expect.poll(() => stdout, { timeout: 20_000 }).toContain("data/tokens.yaml\n");
    const port = Number(/ answers at http:\/\/127\.0\.0\.1:(\d+)\n/.exec(stdout)?.[1]);
    await rawRequest(port, { method: "GET", path: "/versions" });
    await expect.poll(() => stdout).toMatch(/ INFO: GET \/versions 200 [\d.]+ ms /);
    expect(stdout).not.toContain("curl");
    child.kill("SIGTERM");
  });
});

describe.concurrent.each(["SIGTERM", "SIGINT"] as const)("on %s the server", (signal) => {
  test("takes no new connection, answers the requests under way and leaves with 0 and a sound database", async () => {
    using folder = temporaryFolder();
    await using server = await startKnowing(folder);
    await create(server, ["miracle", "other"]);

    // One request's body is yet to come. "100 Continue" tells that its head has arrived.
    const body = JSON.stringify({ tags: ["late"] });
    const request = await Connection.to(server);
    request.write(
      `POST /v2/images HTTP/1.1\r\nHost: x\r\nX-Auth-Token: ${MEMBER_TOKEN}\r\n` +
        `Expect: 100-continue\r\nContent-Length: ${body.length}\r\n\r\n`,
    );
    await request.received("HTTP/1.1 100 ");
    request.write(body.slice(0, 10));
    // A removal waits for the lock of the database.
    const lock = new Database(folder.at("data", "imagetags.db"));
    lock.exec("BEGIN IMMEDIATE");
    const removal = remove(server, "miracle");
    await sleep(100);

    server.child.kill(signal);
    await refused(server.port);
    expect(server.child.exitCode).toBeNull();
    lock.exec("COMMIT");
    lock.close();
    expect((await removal).status).toBe(204);
    request.write(body.slice(10));
    await request.received("HTTP/1.1 201 ");
    const { code, stderr } = await server.ended();
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(liveTags(folder)).toEqual(["late", "other"]);
  });
});

describe.concurrent("on SIGTERM the server", () => {
  test("answers on for IMAGETAGS_DRAIN_DELAY, says that it is not ready, and leaves with 0", async () => {
    using folder = temporaryFolder();
    await using server = await startKnowing(folder, { IMAGETAGS_DRAIN_DELAY: "1" });
    const asked = (path: string) =>
      rawRequest(server.port, { method: "GET", path, headers: [["X-Auth-Token", MEMBER_TOKEN]] });
    expect((await asked("/readyz")).status).toBe(200);
    server.child.kill("SIGTERM");
    await expect.poll(async () => (await asked("/readyz")).status, { interval: 10 }).toBe(503);
    expect((await asked("/v2/images")).status).toBe(200);
    const { code, stderr } = await server.ended();
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  });

  test("does not wait for connections without a request, as clients, browsers and load balancers keep them", async () => {
    using folder = temporaryFolder();
    await using server = await startKnowing(folder);
    const [keptAlive, , begun] = await Promise.all(Array.from({ length: 3 }, () => Connection.to(server)));
    keptAlive?.write("GET /versions HTTP/1.1\r\nHost: x\r\n\r\n");
    await keptAlive?.received('"versions"');
    begun?.write("GET /versions HTTP/1.1\r\nHo");
    // A later request on another connection is served, so these have arrived.
    await rawRequest(server.port, { method: "GET", path: "/versions" });
    server.child.kill("SIGTERM");
    expect((await server.ended(5_000)).code).toBe(0);
  });

  test("does not wait for callers who ask again and again, and breaks off no reply", async () => {
    using folder = temporaryFolder();
    await using server = await startKnowing(folder);
    await create(
      server,
      Array.from({ length: 100 }, (_, index) => `t${index}`),
    );
    let answers = 0;
    const busy = Promise.withResolvers<void>();
    const callers = Array.from({ length: 8 }, async () => {
      const connection = await Connection.to(server);
      while (!connection.isClosed()) {
        connection.write(
          `GET /v2/images/${IMAGE}/tags HTTP/1.1\r\nHost: x\r\nX-Auth-Token: ${MEMBER_TOKEN}\r\n\r\n`,
        );
        if (await connection.reply()) answers += 1;
        if (answers === 50) busy.resolve();
      }
    });
    await busy.promise;
    server.child.kill("SIGTERM");
    const { code, stderr } = await server.ended(5_000);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    await Promise.all(callers);
  });

  test("leaves at once at a second signal, with 1, though a request is under way", async () => {
    using folder = temporaryFolder();
    await using server = await startKnowing(folder);
    const request = await Connection.to(server);
    request.write(
      `POST /v2/images HTTP/1.1\r\nHost: x\r\nX-Auth-Token: ${MEMBER_TOKEN}\r\n` +
        `Expect: 100-continue\r\nContent-Length: 10\r\n\r\n`,
    );
    await request.received("HTTP/1.1 100 ");
    server.child.kill("SIGTERM");
    await refused(server.port);
    server.child.kill("SIGINT");
    expect((await server.ended(5_000)).code).toBe(1);
    expect(liveTags(folder)).toEqual([]);
  });
});

describe.concurrent("signals by which services are told to read or open their files anew", () => {
  test.each(["SIGHUP", "SIGUSR1", "SIGUSR2", "SIGPIPE"] as const)(
    "%s ends no server and breaks off no upload",
    async (signal) => {
      using folder = temporaryFolder();
      await using server = await startKnowing(folder);
      await create(server, ["miracle"]);
      const upload = await Connection.to(server);
      upload.write(
        `PUT /v2/images/${IMAGE}/file HTTP/1.1\r\nHost: x\r\nX-Auth-Token: ${MEMBER_TOKEN}\r\n` +
          `Content-Type: application/octet-stream\r\nExpect: 100-continue\r\nContent-Length: 4\r\n\r\n`,
      );
      await upload.received("HTTP/1.1 100 ");
      server.child.kill(signal);
      await sleep(200);
      upload.write("data");
      await upload.received("HTTP/1.1 204 ");
      expect((await remove(server, "miracle")).status).toBe(204);
      expect(server.child.signalCode).toBeNull();
    },
  );
});

describe.concurrent("two servers over one database", () => {
  test("answer 204 to one of any number of removals of a tag", async () => {
    using folder = temporaryFolder();
    await using one = await startKnowing(folder);
    await using other = await startKnowing(folder);
    const tags = Array.from({ length: 20 }, (_, index) => `tag-${index}`);
    await create(one, tags);
    const replies = await Promise.all(
      tags.flatMap((tag) =>
        [one, other, one, other].map(async (server) => ({ tag, status: (await remove(server, tag)).status })),
      ),
    );
    const statuses = tags.map((tag) =>
      replies.filter((reply) => reply.tag === tag).map(({ status }) => status),
    );
    expect(statuses.map((of) => of.toSorted())).toEqual(tags.map(() => [204, 404, 404, 404]));
    expect(liveTags(folder)).toEqual([]);
  });
});

async function create(server: ServerProcess, tags: readonly string[]): Promise<void> {
  const reply = await rawRequest(server.port, {
    method: "POST",
    path: "/v2/images",
    headers: [["X-Auth-Token", MEMBER_TOKEN]],
    body: JSON.stringify({ id: IMAGE, tags, disk_format: "raw", container_format: "bare" }),
  });
  expect(reply.status).toBe(201);
}

function remove(server: ServerProcess, tag: string): Promise<RawReply> {
  const path = `/v2/images/${IMAGE}/tags/${tag}`;
  return rawRequest(server.port, { method: "DELETE", path, headers: [["X-Auth-Token", MEMBER_TOKEN]] });
}

/** The live tags in the database that a server left behind, which must be sound. */
function liveTags(folder: TemporaryFolder): string[] {
  const database = new Database(folder.at("data", "imagetags.db"));
  try {
    expect(database.pragma("integrity_check", { simple: true })).toBe("ok");
    return database
      .prepare<[], string>("SELECT value FROM image_tags WHERE deleted = 0 ORDER BY value")
      .pluck()
      .all();
  } finally {
    database.close();
  }
}

/** The lines of a start that failed as it should, without the program's name. */
function mistakes({ code, stdout, stderr }: Ended): string[] {
  expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
  expect(stderr).not.toMatch(/^ {4}at /m);
  const lines = stderr.trimEnd().split("\n");
  for (const line of lines) expect(line).toMatch(/^imagetags-server: \S/);
  return lines.map((line) => line.replace("imagetags-server: ", ""));
}

function curlLines(text: string): string[] {
  return text.split("\n").filter((line) => line.startsWith("curl "));
}

/** What a shell prints for a pasted line. */
function shell(line: string): Promise<string> {
  return new Promise((resolve, reject) => {
    execFile("sh", ["-c", line], (error, stdout) => (error === null ? resolve(stdout) : reject(error)));
  });
}

/** Resolves when nobody listens on a port any more. */
async function refused(port: number): Promise<void> {
  for (let tries = 0; tries < 500; tries += 1) {
    const outcome = await new Promise<string>((resolve) => {
      const socket = connect(port, "127.0.0.1");
      socket.once("connect", () => resolve("connected"));
      socket.once("error", (error) => resolve("code" in error ? String(error.code) : "error"));
      socket.once("close", () => resolve("closed"));
      socket.once("connect", () => socket.destroy());
    });
    if (outcome === "ECONNREFUSED") return;
    await sleep(10);
  }
  throw new Error("New connections are still taken.");
}

/** A connection that is written to by hand. */
class Connection {
  readonly #socket: Socket;
  #received = "";
  #isClosed = false;
  #changed: () => void = () => undefined;

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.setEncoding("latin1");
    socket.on("data", (text: string) => {
      this.#received += text;
      this.#changed();
    });
    socket.on("error", () => undefined);
    socket.on("close", () => {
      this.#isClosed = true;
      this.#changed();
    });
  }

  static to({ port }: { port: number }): Promise<Connection> {
    return new Promise((resolve, reject) => {
      const socket = connect(port, "127.0.0.1", () => resolve(new Connection(socket)));
      socket.once("error", reject);
    });
  }

  isClosed(): boolean {
    return this.#isClosed;
  }

  write(text: string): void {
    this.#socket.write(text);
  }

  /** Resolves when the text has come. Rejects when the connection ends before. */
  async received(text: string): Promise<void> {
    while (!this.#received.includes(text)) {
      if (this.#isClosed) throw new Error(`The connection ended without "${text}": ${this.#received}`);
      await this.#next();
    }
  }

  /** Waits for a whole reply with a body that has a length. `false` when the connection ends before. */
  async reply(): Promise<boolean> {
    for (;;) {
      const match = /^HTTP\/1\.1 200 [^]*?\r\nContent-Length: (\d+)\r\n[^]*?\r\n\r\n/.exec(this.#received);
      const length = match === null ? Infinity : match[0].length + Number(match[1]);
      if (this.#received.length >= length) {
        this.#received = this.#received.slice(length);
        return true;
      }
      if (this.#isClosed) {
        // A reply that was begun is finished.
        expect(this.#received).toBe("");
        return false;
      }
      await this.#next();
    }
  }

  #next(): Promise<void> {
    return new Promise((resolve) => (this.#changed = resolve));
  }
}
