import { readFileSync } from "node:fs";
import { parse } from "yaml";
import { z } from "zod";
import { ConfigError } from "../config.ts";
import { errorText } from "../error-text.ts";
import type { Caller } from "../identity/caller.ts";
import { withImpliedRoles } from "../identity/roles.ts";

const reference = z.object({ id: z.string() });
const withDomain = z.object({ id: z.string(), domain: reference.optional() });

/** The body of a token as Keystone shows it. Source: Keystone api-ref, "Validate and show information for token". */
const keystoneToken = z
  .object({
    token: z.object({
      user: withDomain,
      project: withDomain.optional(),
      domain: reference.optional(),
      system: z.object({ all: z.boolean().optional() }).optional(),
      roles: z.array(z.object({ name: z.string() })).default([]),
      is_admin_project: z.boolean().optional(),
    }),
  })
  .transform(({ token }): Caller => {
    const { user, project, domain, system, roles } = token;
    return {
      userId: user.id,
      projectId: project?.id ?? null,
      // Keystone names the implied roles too.
      roles: new Set(roles.map(({ name }) => name.toLowerCase())),
      attributes: {
        ...(user.domain === undefined ? {} : { user_domain_id: user.domain.id }),
        ...(project?.domain === undefined ? {} : { project_domain_id: project.domain.id }),
        ...(domain === undefined ? {} : { domain_id: domain.id }),
        ...(system?.all === true ? { system_scope: "all" } : {}),
        ...(token.is_admin_project === undefined ? {} : { is_admin_project: token.is_admin_project }),
      },
    };
  });

const entry = z.object({ user_id: z.string(), project_id: z.string(), roles: z.array(z.string()) });

const tokensFile = z
  .union([entry, z.object({ tokens: z.tuple([entry]) }).transform(({ tokens }) => tokens[0])])
  .transform(({ user_id: userId, project_id: projectId, roles }): Caller => ({
    userId,
    projectId,
    roles: withImpliedRoles(roles),
  }));

const caller = z.union([keystoneToken, tokensFile]);

/**
 * Reads whom a token stands for: from the body of a Keystone token, from an entry of a tokens file, or from
 * a tokens file with one entry; in JSON or YAML. Throws a `ConfigError` that tells nothing of what is in it.
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
  const parsed = caller.safeParse(content);
  if (parsed.success) return parsed.data;
  throw new ConfigError(
    `--token-file ${path} is neither the body of a Keystone token, {"token": {"user": ..., "roles": ...}}, ` +
      "nor one entry of a tokens file, with user_id, project_id and roles",
  );
}
