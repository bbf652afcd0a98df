import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { temporaryFolder, type TemporaryFolder } from "@imagetags/testing/temporary-folder";
import { expect, test } from "vitest";
import { readConfig } from "../../config/config.ts";
import { startKeystone } from "../../testing/keystone-server.ts";
import { IdentityUnavailable } from "../caller.ts";
import { KeystoneTokens } from "./keystone-tokens.ts";

const USE = { serviceToken: undefined, method: "GET", path: "/v2/images" };
const hasOpenssl = spawnSync("openssl", ["version"]).error === undefined;

test.skipIf(!hasOpenssl)(
  "a Keystone behind TLS is believed by the certificates of OS_CACERT alone",
  async () => {
    using folder = temporaryFolder();
    const tls = makeCertificate(folder);
    await using keystone = await startKeystone({ tls });
    const logged: unknown[] = [];
    const log = { warn: (line: unknown) => void logged.push(line) };
    const trusting = new KeystoneTokens(
      readConfig({ ...keystone.env, OS_CACERT: folder.at("cert.pem") }).keystone!,
      log,
    );
    const doubting = new KeystoneTokens(readConfig(keystone.env).keystone!, log);
    try {
      expect(await trusting.validate("alpha_member", USE)).toMatchObject({ userId: "alice" });
      expect(logged).toEqual([]);
      await expect(doubting.validate("alpha_member", USE)).rejects.toThrow(IdentityUnavailable);
      expect(logged).toEqual([expect.stringContaining("self-signed certificate")]);
      expect(keystone.logins).toBe(1);
    } finally {
      await trusting.close();
      await doubting.close();
    }
  },
);

function makeCertificate(folder: TemporaryFolder): { key: string; cert: string } {
  const wanted =
    "req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=127.0.0.1 -addext subjectAltName=IP:127.0.0.1";
  const files = ["-keyout", folder.at("key.pem"), "-out", folder.at("cert.pem")];
  const made = spawnSync("openssl", [...wanted.split(" "), ...files]);
  if (made.status !== 0) throw new Error(String(made.stderr));
  return {
    key: readFileSync(folder.at("key.pem"), "utf8"),
    cert: readFileSync(folder.at("cert.pem"), "utf8"),
  };
}
