import { X509Certificate } from "node:crypto";
import { errorText } from "../error-text.ts";
import type { Problem } from "./documented.ts";
import { readText } from "./read-text.ts";

/**
 * The text of a file of certificates in PEM that a setting names. A file without any is told here, since TLS
 * itself would ignore it.
 */
export function readCertificates(name: string, path: string, problem: Problem): string | undefined {
  const pem = readText(name, path, problem);
  if (pem === undefined) return undefined;
  try {
    void new X509Certificate(pem);
    return pem;
  } catch (error) {
    problem(`${name} does not begin with a certificate in PEM: ${errorText(error)}`);
    return undefined;
  }
}
