import { readFileSync } from "node:fs";
import { parse } from "yaml";
import { z } from "zod";
import { ConfigError } from "../../config/config.ts";
import { errorText } from "../../error-text.ts";
import type { Caller } from "../../identity/caller.ts";
import { readTokenInfo } from "../../identity/keystone/token-info.ts";
import { withImpliedRoles } from "../../identity/roles.ts";

const entry = z.object({ user_id: z.string(), project_id: z.string(), roles: z.array(z.string()) });

const tokensFile = z
  .union([entry, z.object({ tokens: z.tuple([entry]) }).transform(({ tokens }) => tokens[0])])
  .transform(({ user_id: userId, project_id: projectId, roles }): Caller => ({
    userId,
    projectId,
    roles: withImpliedRoles(roles),
  }));

/**
 * Reads whom a token stands for, in JSON or YAML: from the body of a Keystone token, an entry of a tokens file,
 * or a tokens file with one entry. Throws a `ConfigError` that repeats nothing of the file.
 */
export function readCallerFile(path: string): Caller {
  let content: unknown;
  try {
    content = parse(readFileSync(path, "utf8"), { logLevel: "error", prettyErrors: false });
  } catch (error) {
    // The parser's own message may quote a line, and with it a token.
    const reason = error instanceof Error && "syscall" in error ? errorText(error) : "it is not valid YAML";
    throw new ConfigError(`--token-file ${path} cannot be read: ${reason}`);
  }
  const caller = readTokenInfo(content)?.caller ?? tokensFile.safeParse(content).data;
  if (caller !== undefined) return caller;
  throw new ConfigError(
    `--token-file ${path} is neither the body of a Keystone token, {"token": {"user": ..., "roles": ...}}, ` +
      "nor one entry of a tokens file, with user_id, project_id and roles",
  );
}
