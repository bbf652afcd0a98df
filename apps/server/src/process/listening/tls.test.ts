import { writeFileSync } from "node:fs";
import { request, type Agent } from "node:https";
import { connect as connectPlain } from "node:net";
import { connect, type ConnectionOptions } from "node:tls";
import { once } from "node:events";
import { hasOpenssl, makeCertificate } from "@imagetags/testing/make-certificate";
import { temporaryFolder, type TemporaryFolder } from "@imagetags/testing/temporary-folder";
import { describe, expect, test } from "vitest";
import { readConfig } from "../../config/config.ts";
import { startTestServer, tokenOf } from "../../testing/test-server.ts";

function filesIn(folder: TemporaryFolder) {
  return {
    IMAGETAGS_TLS_CERT_FILE: folder.at("cert.pem"),
    IMAGETAGS_TLS_KEY_FILE: folder.at("key.pem"),
  };
}

/** Asks over TLS, and resolves with status, headers and body. */
function ask(port: number, path: string, options: ConnectionOptions & { agent?: Agent | false }) {
  return new Promise<{ status: number; headers: Record<string, unknown>; body: string }>(
    (resolve, reject) => {
      const headers = { "X-Auth-Token": tokenOf("ALPHA_MEMBER") };
      const asked = request({ host: "127.0.0.1", port, path, headers, agent: false, ...options }, (reply) => {
        let body = "";
        reply.setEncoding("utf8").on("data", (text: string) => (body += text));
        reply.once("end", () => resolve({ status: reply.statusCode ?? 0, headers: reply.headers, body }));
      });
      asked.once("error", reject).end();
    },
  );
}

describe.skipIf(!hasOpenssl && process.env["CI"] === undefined)("TLS (needs openssl)", () => {
  test("is spoken where a certificate is set, in version 1.2 or newer, and the links are https", async () => {
    using folder = temporaryFolder();
    const { cert } = makeCertificate(folder);
    await using server = await startTestServer({ env: filesIn(folder) });
    expect(server.url).toMatch(/^https:\/\/127\.0\.0\.1:\d+$/);
    const { body } = await ask(server.port, "/versions", { ca: cert });
    expect(body).toContain(`"href":"https://127.0.0.1:${server.port}/v2/"`);
    for (const version of ["TLSv1.2", "TLSv1.3"] as const) {
      const options = { ca: cert, minVersion: version, maxVersion: version };
      expect((await ask(server.port, "/v2/images", options)).status).toBe(200);
    }
    const old = {
      ca: cert,
      minVersion: "TLSv1",
      maxVersion: "TLSv1.1",
      ciphers: "DEFAULT@SECLEVEL=0",
    } as const;
    await expect(ask(server.port, "/versions", old)).rejects.toThrow(/protocol version|unsupported/i);
  });

  test("ends without a word on a connection that speaks something else, or nothing, and the end waits for neither", async () => {
    using folder = temporaryFolder();
    const { cert } = makeCertificate(folder);
    const server = await startTestServer({ env: filesIn(folder) });
    const plain = connectPlain(server.port, "127.0.0.1", () => plain.write("GET / HTTP/1.1\r\n\r\n"));
    plain.on("error", () => undefined).resume();
    await once(plain, "close");
    const silent = connectPlain(server.port, "127.0.0.1");
    await once(silent, "connect");
    const idle = connect({ host: "127.0.0.1", port: server.port, ca: cert });
    await once(idle, "secureConnect");
    idle.on("error", () => undefined).resume();
    idle.write("GET /livez HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n");
    await once(idle, "data");
    const begun = performance.now();
    silent.on("error", () => undefined).resume();
    await Promise.all([server[Symbol.asyncDispose](), once(silent, "close"), once(idle, "close")]);
    // A handshake alone would have ten seconds, an idle connection 75.
    expect(performance.now() - begun).toBeLessThan(8_000);
    expect(server.logged()).not.toContain('"level":"error"');
  });

  test("takes only callers with a certificate of the authorities that are set", async () => {
    using folder = temporaryFolder();
    using other = temporaryFolder();
    const { cert } = makeCertificate(folder);
    const client = makeCertificate(other);
    await using server = await startTestServer({
      env: { ...filesIn(folder), IMAGETAGS_TLS_CLIENT_CA_FILE: other.at("cert.pem") },
    });
    expect((await ask(server.port, "/v2/images", { ca: cert, ...client })).status).toBe(200);
    await expect(ask(server.port, "/v2/images", { ca: cert })).rejects.toThrow();
    using stranger = temporaryFolder();
    await expect(
      ask(server.port, "/v2/images", { ca: cert, ...makeCertificate(stranger) }),
    ).rejects.toThrow();
  });

  test("is refused at the start with a key of another certificate, a file that holds none, or half of the settings", () => {
    using folder = temporaryFolder();
    using other = temporaryFolder();
    makeCertificate(folder);
    makeCertificate(other);
    writeFileSync(other.at("empty.pem"), "");
    const files = filesIn(folder);
    const wrong: readonly [Record<string, string>, string][] = [
      [
        { ...files, IMAGETAGS_TLS_KEY_FILE: other.at("key.pem") },
        "IMAGETAGS_TLS_KEY_FILE is not the key of the certificate in IMAGETAGS_TLS_CERT_FILE",
      ],
      [{ ...files, IMAGETAGS_TLS_KEY_FILE: other.at("empty.pem") }, "IMAGETAGS_TLS_KEY_FILE cannot be used"],
      [
        { ...files, IMAGETAGS_TLS_CERT_FILE: other.at("empty.pem") },
        "IMAGETAGS_TLS_CERT_FILE does not begin",
      ],
      [
        { ...files, IMAGETAGS_TLS_CLIENT_CA_FILE: other.at("none") },
        "IMAGETAGS_TLS_CLIENT_CA_FILE cannot be read",
      ],
      [
        { IMAGETAGS_TLS_CERT_FILE: folder.at("cert.pem") },
        "IMAGETAGS_TLS_CERT_FILE needs IMAGETAGS_TLS_KEY_FILE",
      ],
      [
        { IMAGETAGS_TLS_CLIENT_CA_FILE: folder.at("cert.pem") },
        "IMAGETAGS_TLS_CLIENT_CA_FILE needs IMAGETAGS_TLS_CERT_FILE",
      ],
    ];
    for (const [env, message] of wrong) expect(() => readConfig(env)).toThrow(message);
  });
});
