import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import type { TemporaryFolder } from "./temporary-folder.ts";

/** Whether certificates can be made on this machine. */
export const hasOpenssl = spawnSync("openssl", ["version"]).error === undefined;

/**
 * Makes a certificate for 127.0.0.1, and for further host names, that vouches for itself, in `cert.pem` of the folder,
 * with its key.
 */
export function makeCertificate(
  folder: TemporaryFolder,
  hosts: readonly string[] = [],
): { key: string; cert: string } {
  const names = ["IP:127.0.0.1", ...hosts.map((host) => `DNS:${host}`)].join(",");
  const wanted = `req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=127.0.0.1 -addext subjectAltName=${names}`;
  const files = ["-keyout", folder.at("key.pem"), "-out", folder.at("cert.pem")];
  const made = spawnSync("openssl", [...wanted.split(" "), ...files]);
  if (made.status !== 0) throw new Error(String(made.stderr));
  return {
    key: readFileSync(folder.at("key.pem"), "utf8"),
    cert: readFileSync(folder.at("cert.pem"), "utf8"),
  };
}
