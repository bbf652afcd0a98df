import { copyFileSync, writeFileSync } from "node:fs";
import { Agent, request } from "node:https";
import { connect } from "node:tls";
import { once } from "node:events";
import { hasOpenssl, makeCertificate } from "@imagetags/testing/make-certificate";
import { startServer, writeTokens } from "@imagetags/testing/server/start-server";
import { temporaryFolder } from "@imagetags/testing/temporary-folder";
import { describe, expect, test, vi } from "vitest";
import { describeOnDatabases } from "../testing/database-kinds.ts";
import { CALLER_TOKENS, startTestServer } from "../testing/test-server.ts";
import { workersOf } from "../testing/workers-of.ts";

const timeout = 120_000;
const skips = !hasOpenssl && process.env["CI"] === undefined;

/** The certificate that a new connection is shown. */
async function shownAt(port: number): Promise<string> {
  const socket = connect({ host: "127.0.0.1", port, rejectUnauthorized: false });
  await once(socket, "secureConnect");
  const { fingerprint256 } = socket.getPeerCertificate();
  socket.destroy();
  return fingerprint256;
}

function ask(port: number, agent: Agent): Promise<{ status: number; reused: boolean }> {
  return new Promise((resolve, reject) => {
    const asked = request(
      { host: "127.0.0.1", port, path: "/livez", agent, rejectUnauthorized: false },
      (reply) => {
        reply
          .resume()
          .once("end", () => resolve({ status: reply.statusCode ?? 0, reused: asked.reusedSocket }));
      },
    );
    asked.once("error", reject).end();
  });
}

describe.skipIf(skips)("told to read files anew, a server (needs openssl)", () => {
  test("shows new connections the new certificate, keeps those there are, and keeps the old one where the new is bad", async () => {
    using folder = temporaryFolder();
    using other = temporaryFolder();
    makeCertificate(folder);
    makeCertificate(other);
    await using server = await startTestServer({
      env: { IMAGETAGS_TLS_CERT_FILE: folder.at("cert.pem"), IMAGETAGS_TLS_KEY_FILE: folder.at("key.pem") },
    });
    const first = await shownAt(server.port);
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    expect(await ask(server.port, agent)).toEqual({ status: 200, reused: false });

    copyFileSync(other.at("cert.pem"), folder.at("cert.pem"));
    server.running.readFilesAnew();
    expect(await shownAt(server.port)).toBe(first);
    expect(server.logged()).toMatch(
      /"level":"error".*read: tokens; these stay as they were: certificate \(IMAGETAGS_TLS_KEY_FILE is not the key/,
    );

    copyFileSync(other.at("key.pem"), folder.at("key.pem"));
    server.running.readFilesAnew();
    expect(await shownAt(server.port)).not.toBe(first);
    expect(server.logged()).toMatch(
      /"level":"info".*told to read files anew, and read: certificate, tokens"/,
    );
    expect(await ask(server.port, agent)).toEqual({ status: 200, reused: true });
    agent.destroy();
  });
});

test(
  "SIGHUP puts changed tokens and rules in force at once, and a file with a mistake leaves them",
  { timeout },
  async () => {
    using folder = temporaryFolder();
    const policy = folder.at("policy.yaml");
    writeFileSync(policy, "{}");
    await using server = await startServer({
      folder,
      tokens: CALLER_TOKENS,
      settings: { IMAGETAGS_POLICY_FILE: policy },
    });
    writeTokens(folder.at("tokens.yaml"), [
      { token: "another-token", user_id: "al", project_id: "alpha", roles: ["member"] },
    ]);
    writeFileSync(policy, "- no mapping");
    server.child.kill("SIGHUP");
    await vi.waitFor(
      () => expect(server.stdout()).toMatch(/read: tokens; these stay as they were: policy \(/),
      { timeout },
    );
    const reply = await fetch(`${server.url}/v2/images`, { headers: { "X-Auth-Token": "another-token" } });
    expect(reply.status).toBe(200);
  },
);

describeOnDatabases(
  "SIGHUP to the first process of several over",
  (kind) => {
    test.skipIf(skips)(
      "is passed on to every worker, which goes on (needs openssl)",
      { timeout },
      async () => {
        using folder = temporaryFolder();
        using other = temporaryFolder();
        makeCertificate(folder);
        makeCertificate(other);
        await using database = await kind.open();
        await using server = await startServer({
          tokens: CALLER_TOKENS,
          settings: {
            IMAGETAGS_DATABASE_URL: database.url,
            IMAGETAGS_WORKERS: "2",
            IMAGETAGS_TLS_CERT_FILE: folder.at("cert.pem"),
            IMAGETAGS_TLS_KEY_FILE: folder.at("key.pem"),
          },
        });
        const workers = workersOf(server);
        const first = await shownAt(server.port);
        for (const name of ["cert.pem", "key.pem"]) copyFileSync(other.at(name), folder.at(name));
        process.kill(server.pid, "SIGHUP");
        await vi.waitFor(
          () =>
            expect(
              server.stdout().match(/told to read files anew, and read: certificate, tokens/g),
            ).toHaveLength(2),
          {
            timeout,
          },
        );
        for (let count = 0; count < 4; count += 1) expect(await shownAt(server.port)).not.toBe(first);
        expect(workersOf(server)).toEqual(workers);
      },
    );
  },
  ({ hasGlancesImages, isServer, name }) => !hasGlancesImages && isServer && name.includes("PostgreSQL"),
);
