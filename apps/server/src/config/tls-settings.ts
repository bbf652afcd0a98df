import { createPrivateKey, X509Certificate } from "node:crypto";
import { createSecureContext } from "node:tls";
import { z } from "zod";
import { errorText } from "../error-text.ts";
import { readCertificates } from "./certificates.ts";
import {
  documented,
  readSettings,
  settingsOf,
  type Given,
  type Problem,
  type Setting,
} from "./documented.ts";
import { filePath } from "./file-path.ts";
import { readText } from "./read-text.ts";

/** The files of the server's own certificate. */
const settings = z.object({
  IMAGETAGS_TLS_CERT_FILE: documented(
    filePath().optional(),
    "none",
    "tls: a file of the server's certificate in PEM, with those between it and the authority behind it; with it " +
      "connections over TCP are TLS 1.2 or newer. Read anew at SIGHUP",
  ),
  IMAGETAGS_TLS_KEY_FILE: documented(
    filePath().optional(),
    "none",
    "tls: a file of that certificate's private key in PEM, without a passphrase",
  ),
  IMAGETAGS_TLS_CLIENT_CA_FILE: documented(
    filePath().optional(),
    "none",
    "tls: a file of authorities in PEM; callers need a certificate of one of them then, health checks too",
  ),
});

/** The settings of TLS, for people. */
export const TLS_SETTINGS: readonly Setting[] = settingsOf(settings);

/** The files in which the server's own certificate is. */
export interface TlsFiles {
  readonly cert: string;
  readonly key: string;
  /** The authorities of callers' certificates. `undefined`: callers need none. */
  readonly clientCa: string | undefined;
}

/** What those files hold. */
export interface TlsMaterial {
  readonly cert: string;
  readonly key: string;
  readonly clientCa: string | undefined;
  /** When the certificate ends, as it says. */
  readonly validTo: string;
}

/** Where the server's own certificate is, and what is there at the start. */
export interface TlsConfig {
  readonly files: TlsFiles;
  readonly material: TlsMaterial;
}

/** Reads the settings of TLS; `undefined` where there is none, or the mistakes are told. */
export function readTlsSettings(given: Given, problem: Problem): TlsConfig | undefined {
  const values = readSettings(settings, given, problem);
  if (values === undefined) return undefined;
  const { IMAGETAGS_TLS_CERT_FILE: cert, IMAGETAGS_TLS_KEY_FILE: key } = values;
  if (cert === undefined || key === undefined) {
    const missing = cert === undefined ? "IMAGETAGS_TLS_CERT_FILE" : "IMAGETAGS_TLS_KEY_FILE";
    const first = TLS_SETTINGS.find(({ name }) => given[name] !== undefined)?.name;
    if (first !== undefined) problem(`${first} needs ${missing} beside it`);
    return undefined;
  }
  const files = { cert, key, clientCa: values.IMAGETAGS_TLS_CLIENT_CA_FILE };
  const material = readTlsMaterial(files, problem);
  return material === undefined ? undefined : { files, material };
}

/** Reads those files; `undefined` where they cannot be used, and that is told. */
export function readTlsMaterial(files: TlsFiles, problem: Problem): TlsMaterial | undefined {
  const cert = readCertificates("IMAGETAGS_TLS_CERT_FILE", files.cert, problem);
  const key = readText("IMAGETAGS_TLS_KEY_FILE", files.key, problem);
  const clientCa =
    files.clientCa === undefined
      ? undefined
      : readCertificates("IMAGETAGS_TLS_CLIENT_CA_FILE", files.clientCa, problem);
  if (cert === undefined || key === undefined) return undefined;
  if (files.clientCa !== undefined && clientCa === undefined) return undefined;
  try {
    const privateKey = createPrivateKey(key);
    const certificate = new X509Certificate(cert);
    if (!certificate.checkPrivateKey(privateKey)) {
      problem("IMAGETAGS_TLS_KEY_FILE is not the key of the certificate in IMAGETAGS_TLS_CERT_FILE");
      return undefined;
    }
    // TLS itself may refuse what is sound by itself, such as a key that is too short.
    createSecureContext({ cert, key, ca: clientCa });
    return { cert, key, clientCa, validTo: certificate.validTo };
  } catch (error) {
    problem(`IMAGETAGS_TLS_KEY_FILE cannot be used: ${errorText(error)}`);
    return undefined;
  }
}
