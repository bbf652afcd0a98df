import { readFileSync } from "node:fs";
import { errorText } from "../../error-text.ts";
import type { TlsFiles } from "../database-url.ts";

/** The contents of the files that a {@link TlsFiles} names. */
export interface TlsMaterial {
  readonly verify: TlsFiles["verify"];
  readonly files: { readonly ca?: Buffer; readonly cert?: Buffer; readonly key?: Buffer };
}

/** Reads the files of a URL. Throws when one cannot be read, and names its path. */
export function readTls({ verify, ca, cert, key }: TlsFiles): TlsMaterial {
  return {
    verify,
    files: {
      ...(ca === undefined ? {} : { ca: readPem(ca) }),
      ...(cert === undefined ? {} : { cert: readPem(cert) }),
      ...(key === undefined ? {} : { key: readPem(key) }),
    },
  };
}

function readPem(path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (error) {
    throw new Error(`the certificate ${path} cannot be read: ${errorText(error)}`, { cause: error });
  }
}
