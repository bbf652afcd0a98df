import { z } from "zod";

const named = z.object({ id: z.string(), name: z.string().nullable() });
const inDomain = named.extend({ domain: named.nullable() });

/** Whose a token is. A server with a tokens file knows ids and roles alone, and its tokens do not end. */
export const session = z.object({
  expires_at: z.iso.datetime({ offset: true }).nullable(),
  user: inDomain,
  /** `null`: a token of no project, with which little can be seen. */
  project: inDomain.nullable(),
  roles: z.array(z.string()),
});

/** A token that was just made, and whose it is. */
export const signedIn = session.extend({ token: z.string() });

/** The projects that a user may sign in to, by their names. */
export const ownProjects = z.object({
  projects: z.array(z.object({ id: z.string(), name: z.string(), domain_id: z.string().nullable() })),
  /** Whether there are more than are told of. */
  truncated: z.boolean(),
});

/** See {@link session}. */
export type Session = z.infer<typeof session>;
/** See {@link signedIn}. */
export type SignedIn = z.infer<typeof signedIn>;
/** See {@link ownProjects}. */
export type OwnProjects = z.infer<typeof ownProjects>;
