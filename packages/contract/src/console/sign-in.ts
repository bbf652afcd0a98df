import { z } from "zod";

/** The longest name or id that is taken, in characters. Source: Keystone, the columns of its tables. */
const MAX_NAME_LENGTH = 255;
/** The longest password or secret that is taken, in characters. Source: Keystone, `[identity] max_password_length`. */
const MAX_SECRET_LENGTH = 4_096;
/** The longest token that is taken, in characters: the longest header that the server takes. */
export const MAX_TOKEN_LENGTH = 16_384;

const name = z.string().min(1).max(MAX_NAME_LENGTH);
const secret = z.string().min(1).max(MAX_SECRET_LENGTH);
const token = z.string().regex(new RegExp(`^[\\x21-\\x7e]{1,${MAX_TOKEN_LENGTH}}$`), "is no token");

const domain = z.union([z.strictObject({ id: name }), z.strictObject({ name })]);
const inDomain = z.union([z.strictObject({ id: name }), z.strictObject({ name, domain })]);

/**
 * How one signs in: by a password, by an application credential, which has its project from the start, or from one
 * project to another by the token that one has. Source: Keystone api-ref, "Authentication and token management".
 */
export const signIn = z.union(
  [
    z.strictObject({
      method: z.literal("password"),
      user: inDomain,
      password: secret,
      project: inDomain.optional(),
    }),
    z.strictObject({ method: z.literal("application_credential"), id: name, secret }),
    z.strictObject({ method: z.literal("application_credential"), name, user: inDomain, secret }),
    z.strictObject({ method: z.literal("token"), token, project: inDomain }),
  ],
  "must be a password with its user, an application credential, or a token with a project",
);

/** See {@link signIn}. */
export type SignIn = z.infer<typeof signIn>;
