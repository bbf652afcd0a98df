import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { InvalidEnvironmentError } from "./invalid-environment-error.ts";

/** In this order. Sources: requests, requests/sessions.py, `merge_environment_settings`; OpenSSL, SSL_CERT_FILE. */
const VARIABLES = ["REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE"] as const;
const IS_PEM = /-----BEGIN (?:TRUSTED |X509 )?CERTIFICATE-----/;

/**
 * The certificates of the authorities that the environment names, in PEM, in the place of the platform's: a file, or a
 * folder of files; `undefined` when it names none.
 *
 * @throws {InvalidEnvironmentError} when the file cannot be read or holds no certificate
 */
export function authoritiesOf(env: Readonly<Record<string, string | undefined>>): string | undefined {
  for (const name of VARIABLES) {
    const path = env[name];
    if (path === undefined || path === "") continue;
    const pem = readPem(name, path);
    if (IS_PEM.test(pem)) return pem;
    throw new InvalidEnvironmentError(name, `names ${path}, in which there is no certificate in PEM.`);
  }
  return undefined;
}

function readPem(name: string, path: string): string {
  try {
    if (!statSync(path).isDirectory()) return readFileSync(path, "utf8");
    const files = readdirSync(path, { withFileTypes: true }).filter((entry) => !entry.isDirectory());
    return files.map((file) => readFileSync(join(path, file.name), "utf8")).join("\n");
  } catch (error) {
    const reason = error instanceof Error && "code" in error ? String(error.code) : "unreadable";
    throw new InvalidEnvironmentError(name, `names ${path}, which cannot be read (${reason}).`);
  }
}
