import { hash, timingSafeEqual } from "node:crypto";
import type { Caller, TokenValidator } from "./caller.ts";
import { withImpliedRoles } from "./roles.ts";
import { TokenFileError, type TokenEntry } from "./token-file.ts";

interface KnownToken {
  readonly digest: Buffer;
  readonly caller: Caller;
}

/** Knows the tokens of a tokens file, by their SHA-256 only. */
export class StaticTokens implements TokenValidator {
  readonly #known: readonly KnownToken[];

  constructor(entries: readonly TokenEntry[]) {
    const seen = new Set<string>();
    this.#known = entries.map((entry, index) => {
      const digest = entry.sha256?.toLowerCase() ?? hash("sha256", entry.token ?? "", "hex");
      if (seen.has(digest)) throw new TokenFileError(`tokens.${index}: the same token stands there twice`);
      seen.add(digest);
      return {
        digest: Buffer.from(digest, "hex"),
        caller: {
          userId: entry.user_id,
          projectId: entry.project_id,
          roles: withImpliedRoles(entry.roles),
        },
      };
    });
  }

  /** Compares with every known token in constant time, so that timing tells nothing of any of them. */
  validate(token: string): Caller | undefined {
    const digest = hash("sha256", token, "buffer");
    let caller: Caller | undefined;
    for (const known of this.#known) {
      if (timingSafeEqual(known.digest, digest)) caller = known.caller;
    }
    return caller;
  }
}
