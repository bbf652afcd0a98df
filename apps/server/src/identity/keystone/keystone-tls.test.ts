import { temporaryFolder } from "@imagetags/testing/temporary-folder";
import { expect, test } from "vitest";
import { keystoneConfig, startKeystone } from "../../testing/keystone-server.ts";
import { hasOpenssl, makeCertificate } from "@imagetags/testing/make-certificate";
import { IdentityUnavailable } from "../caller.ts";
import { KeystoneTokens } from "./keystone-tokens.ts";

const USE = { serviceToken: undefined, method: "GET", path: "/v2/images" };

test.skipIf(!hasOpenssl)(
  "a Keystone behind TLS is believed by the certificates of OS_CACERT alone",
  async () => {
    using folder = temporaryFolder();
    const tls = makeCertificate(folder);
    await using keystone = await startKeystone({ tls });
    const logged: unknown[] = [];
    const log = { warn: (line: unknown) => void logged.push(line) };
    const trusting = new KeystoneTokens(
      keystoneConfig({ ...keystone.env, OS_CACERT: folder.at("cert.pem") }),
      log,
    );
    const doubting = new KeystoneTokens(keystoneConfig(keystone.env), log);
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
