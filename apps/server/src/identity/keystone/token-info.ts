import { z } from "zod";
import type { Caller, CallerAttributes } from "../caller.ts";
import { compileAccessRule, type AccessRule } from "./access-rules.ts";

const withId = z.object({ id: z.string() });
const inDomain = withId.extend({ domain: withId.optional() });

const answer = z.object({
  token: z.object({
    expires_at: z
      .string()
      .transform((text) => Date.parse(text))
      .refine((time) => !Number.isNaN(time)),
    user: inDomain,
    project: inDomain.optional(),
    domain: withId.optional(),
    system: z.object({ all: z.boolean().optional() }).optional(),
    roles: z.array(z.object({ name: z.string() })).optional(),
    is_admin_project: z.boolean().optional(),
    application_credential: z
      .object({
        id: z.string().optional(),
        access_rules: z
          .array(z.object({ service: z.string(), method: z.string(), path: z.string() }))
          .nullish(),
      })
      .optional(),
    "OS-TRUST:trust": withId.optional(),
  }),
});

/** What Keystone tells of a valid token. */
export interface TokenInfo {
  readonly caller: Caller;
  /** When it ends, in milliseconds since 1970. */
  readonly expiresAt: number;
  /** The only uses it is good for. `undefined`: any. */
  readonly accessRules: readonly AccessRule[] | undefined;
}

/**
 * Reads the answer to `GET /v3/auth/tokens`; `undefined` when it cannot be read. Roles come with those that they
 * imply. Source: Keystone, api-ref/source/v3/authenticate-v3.inc, "Validate and show information for token".
 */
export function readTokenInfo(json: unknown): TokenInfo | undefined {
  const parsed = answer.safeParse(json);
  if (!parsed.success) return undefined;
  const { token } = parsed.data;
  const { user, project, domain, system } = token;
  const attributes: CallerAttributes = {
    ...(user.domain === undefined ? {} : { user_domain_id: user.domain.id }),
    ...(project?.domain === undefined ? {} : { project_domain_id: project.domain.id }),
    ...(domain === undefined ? {} : { domain_id: domain.id }),
    ...(system?.all === true ? { system_scope: "all" } : {}),
    // Clouds that have no admin project do not say so.
    is_admin_project: token.is_admin_project ?? true,
  };
  const delegation = {
    ...(token.application_credential?.id === undefined
      ? {}
      : { applicationCredentialId: token.application_credential.id }),
    ...(token["OS-TRUST:trust"] === undefined ? {} : { trustId: token["OS-TRUST:trust"].id }),
  };
  return {
    caller: {
      userId: user.id,
      projectId: project?.id ?? null,
      roles: new Set(token.roles?.map(({ name }) => name.toLowerCase())),
      attributes,
      ...(Object.keys(delegation).length === 0 ? {} : { delegation }),
    },
    expiresAt: token.expires_at,
    accessRules: token.application_credential?.access_rules?.map(compileAccessRule),
  };
}
