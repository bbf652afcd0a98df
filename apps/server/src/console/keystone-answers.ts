import type { OwnProjects, Session } from "@imagetags/contract/console";
import { z } from "zod";

const named = z.object({ id: z.string(), name: z.string() });
const inDomain = named.extend({ domain: named });

const tokenAnswer = z.object({
  token: z.object({
    expires_at: z.iso.datetime({ offset: true }),
    user: inDomain,
    project: inDomain.optional(),
    roles: z.array(z.object({ name: z.string() })).optional(),
  }),
});

const projectsAnswer = z.object({
  projects: z.array(
    z.object({
      id: z.string(),
      name: z.string(),
      domain_id: z.string().nullish(),
      enabled: z.boolean().optional(),
    }),
  ),
  links: z.object({ next: z.string().nullish() }).optional(),
  truncated: z.boolean().optional(),
});

/** A page of somebody's projects. */
interface ProjectsPage {
  readonly projects: OwnProjects["projects"];
  /** The query of the next page. */
  readonly next: string | undefined;
  readonly isCut: boolean;
}

/**
 * Whose a token is, by the answer to `POST` or `GET /v3/auth/tokens`; `undefined` when it cannot be read. Source: Keystone,
 * api-ref/source/v3/authenticate-v3.inc.
 */
export function readSession(json: unknown): Session | undefined {
  const parsed = tokenAnswer.safeParse(json).data?.token;
  if (parsed === undefined) return undefined;
  const { expires_at, user, project = null, roles = [] } = parsed;
  return { expires_at, user, project, roles: roles.map(({ name }) => name) };
}

/** The projects of an answer to `GET /v3/auth/projects`; `undefined` when it cannot be read. */
export function readProjects(json: unknown): ProjectsPage | undefined {
  const parsed = projectsAnswer.safeParse(json).data;
  if (parsed === undefined) return undefined;
  const next = URL.parse(parsed.links?.next ?? "", "http://keystone")?.search;
  return {
    projects: parsed.projects
      .filter(({ enabled }) => enabled !== false)
      .map(({ id, name, domain_id = null }) => ({ id, name, domain_id })),
    next: next === "" ? undefined : next,
    isCut: parsed.truncated === true,
  };
}
