import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { Agent, request, type IncomingMessage } from "node:http";
import { connect, type Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { startServer, type ServerProcess } from "@imagetags/testing/server/start-server";
import { temporaryFolder } from "@imagetags/testing/temporary-folder";
import { IS_WHOLE } from "@imagetags/testing/test-matrix";
import { expect, test, vi } from "vitest";
import { makeImage } from "../../testing/api.ts";
import { describeOnDatabases } from "../../testing/database-kinds.ts";
import { workersOf } from "../../testing/workers-of.ts";
import { CALLER_TOKENS, tokenOf } from "../../testing/test-server.ts";
import { beginUpload, READY } from "../../testing/upload.ts";

/** Servers are slow to start where the machine has much else to do. */
const timeout = 180_000;
const CALLERS = 6;

describeOnDatabases(
  "SIGUSR2 to the first process of several over",
  (kind) => {
    test(
      "replaces every worker and fails no request: no change, no upload, on no connection that was kept or is new",
      { timeout },
      async () => {
        await using database = await kind.open();
        await using server = await startServer({
          tokens: CALLER_TOKENS,
          settings: { IMAGETAGS_DATABASE_URL: database.url, IMAGETAGS_WORKERS: "2" },
        });
        const before = workersOf(server);
        expect(before).toHaveLength(2);
        const imageId = await makeImage(server, READY);
        const load = changeTags(server, await makeImage(server, {}));
        const uploading = beginUpload(server, imageId, { length: 6 });
        uploading.request.write("abc");
        const idle = await idleConnection(server);
        const silent = connect(server.port, "127.0.0.1");
        await once(silent, "connect");

        process.kill(server.pid, "SIGUSR2");
        await vi.waitFor(
          () => expect(workersOf(server).some((worker) => !before.includes(worker))).toBe(true),
          { timeout },
        );
        await Promise.all([idle, silent].map(askUntilClosed));
        uploading.request.end("def");
        expect((await uploading.reply).status).toBe(204);
        await told(server, "all workers were replaced");
        const { answered, failures } = await load.stop();
        expect(failures).toEqual([]);
        expect(answered).toBeGreaterThan(CALLERS);
        expect(workersOf(server).filter((worker) => before.includes(worker))).toEqual([]);
        expect(workersOf(server)).toHaveLength(2);
        server.child.kill("SIGTERM");
        expect(await server.ended()).toMatchObject({ code: 0, stderr: "" });
        expect(server.stdout()).not.toContain('"level":"error"');
      },
    );

    test(
      "leaves the workers as they are where another cannot be started, and is heeded once that is mended",
      { timeout },
      async () => {
        using folder = temporaryFolder();
        await using database = await kind.open();
        const policy = folder.at("policy.yaml");
        writeFileSync(policy, "{}");
        await using server = await startServer({
          tokens: CALLER_TOKENS,
          folder,
          settings: {
            IMAGETAGS_DATABASE_URL: database.url,
            IMAGETAGS_WORKERS: "2",
            IMAGETAGS_POLICY_FILE: policy,
          },
        });
        const before = workersOf(server);
        writeFileSync(policy, "- no mapping");
        process.kill(server.pid, "SIGUSR2");
        await told(server, "the workers stay as they are; another could not be started");
        await vi.waitFor(() => expect(workersOf(server)).toEqual(before), { timeout });
        await makeImage(server, {});
        writeFileSync(policy, "{}");
        process.kill(server.pid, "SIGUSR2");
        await told(server, "all workers were replaced");
        expect(workersOf(server).filter((worker) => before.includes(worker))).toEqual([]);

        // The end is not kept waiting by those that are being replaced.
        const idle = await idleConnection(server);
        process.kill(server.pid, "SIGUSR2");
        await vi.waitFor(() => expect(workersOf(server).length).toBeGreaterThan(2), { timeout });
        server.child.kill("SIGTERM");
        expect(await server.ended()).toMatchObject({ code: 0, stderr: "" });
        idle.destroy();
      },
    );
  },
  // Processes are the same over every database server, so a quick run takes one.
  ({ hasGlancesImages, isServer, name }) =>
    !hasGlancesImages && isServer && (IS_WHOLE || name.includes("PostgreSQL")),
);

/** Callers that add a tag of their own and remove it, each on a connection that is kept, and some on new ones. */
function changeTags({ port }: ServerProcess, image: string) {
  const failures: unknown[] = [];
  let answered = 0;
  const over = new AbortController();
  const callers = Array.from({ length: CALLERS }, async (_, index) => {
    const agent = new Agent({ keepAlive: index % 3 !== 0, maxSockets: 1 });
    while (!over.signal.aborted) {
      for (const method of ["PUT", "DELETE"]) {
        const path = `/v2/images/${image}/tags/${index}`;
        const headers = { "X-Auth-Token": tokenOf("ALPHA_MEMBER") };
        const status = await new Promise<unknown>((resolve) => {
          request({ agent, host: "127.0.0.1", port, method, path, headers }, (reply: IncomingMessage) =>
            reply.resume().once("end", () => resolve(reply.statusCode)),
          )
            .once("error", resolve)
            .end();
        });
        if (status === 204) answered += 1;
        else failures.push(status);
      }
    }
    agent.destroy();
  });
  return {
    async stop() {
      over.abort();
      await Promise.all(callers);
      return { answered, failures };
    },
  };
}

/** A connection that has had an answer, and is kept. */
async function idleConnection({ port }: ServerProcess): Promise<Socket> {
  const socket = connect(port, "127.0.0.1");
  expect(await exchange(socket)).toContain("keep-alive");
  return socket;
}

/** Asks over a connection, and resolves with the head of the answer. */
async function exchange(socket: Socket): Promise<string> {
  socket.write("GET /livez HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n");
  const [chunk] = await once(socket, "data");
  return String(chunk);
}

/** Asks now and then, as callers with a pool do, until an answer says that it is the last on this connection. */
async function askUntilClosed(socket: Socket): Promise<void> {
  for (;;) {
    await sleep(300);
    const head = await exchange(socket);
    expect(head).toMatch(/^HTTP\/1\.1 200 /);
    if (head.includes("Connection: close")) return;
  }
}

async function told(server: ServerProcess, text: string): Promise<void> {
  await vi.waitFor(() => expect(server.stdout()).toContain(text), { timeout });
}
