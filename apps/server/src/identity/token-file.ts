import { hash } from "node:crypto";
import { readFileSync } from "node:fs";
import { parseDocument } from "yaml";
import { z } from "zod";
import { errorText } from "../error-text.ts";

/** The parser's and the schema's own messages may hold what the file holds, and with it a token. */
const unknownMember = (known: string) => ({
  error: ({ code }: { readonly code?: string | undefined }) =>
    code === "unrecognized_keys" ? `has a member other than ${known}` : undefined,
});

const text = z.string().min(1).max(255);

/** The least length of a token. A shorter one is soon guessed. */
const SHORTEST = 8;

const entry = z
  .strictObject(
    {
      token: z
        .string()
        .regex(/^[\x21-\x7e]+$/, "must be visible ASCII characters without spaces")
        .min(SHORTEST, `must have ${SHORTEST} characters or more`)
        .optional(),
      sha256: z
        .string()
        .regex(/^[0-9a-f]{64}$/i, "must be 64 hexadecimal digits")
        .optional(),
      user_id: text,
      project_id: text,
      roles: z.array(text).min(1, "must name a role: without one nothing is allowed"),
    },
    unknownMember("token, sha256, user_id, project_id and roles"),
  )
  .refine((value) => (value.token === undefined) !== (value.sha256 === undefined), {
    message: "must have either token or sha256",
  });

const file = z.strictObject({ tokens: z.array(entry).min(1) }, unknownMember("tokens"));

/** An entry of a tokens file: a token, or its SHA-256 in hexadecimal, and whom it stands for. */
export type TokenEntry = z.infer<typeof entry>;

/** The SHA-256 of an entry's token, in lower-case hexadecimal. */
export function digestOf({ sha256, token }: TokenEntry): string {
  return sha256?.toLowerCase() ?? hash("sha256", token ?? "", "hex");
}

/** A tokens file that cannot be used. The message names the file and the place, and never a token. */
export class TokenFileError extends Error {
  override readonly name = "TokenFileError";
}

/**
 * The roles that an entry may name. `keystone`: those that Keystone comes with, which the default rules ask
 * for. `any`: others too, which a policy file may ask for.
 */
export type RoleNames = "keystone" | "any";

const KEYSTONES: ReadonlySet<string> = new Set(["admin", "manager", "member", "reader", "service"]);

/**
 * Reads and checks a tokens file: `tokens: [{token | sha256, user_id, project_id, roles}]` in YAML. Throws a
 * {@link TokenFileError}.
 */
export function readTokenFile(path: string, roles: RoleNames = "keystone"): TokenEntry[] {
  let source: string;
  try {
    source = readFileSync(path, "utf8");
  } catch (error) {
    throw new TokenFileError(`The tokens file ${path} cannot be read: ${errorText(error)}`);
  }
  const document = parseDocument(source, { prettyErrors: false, logLevel: "error" });
  const mistake = document.errors[0];
  if (mistake !== undefined) {
    const line = source.slice(0, mistake.pos[0]).split("\n").length;
    // The parser's own message may quote the line, and with it a token.
    throw new TokenFileError(`${path}: line ${line} is not valid YAML (${mistake.code})`);
  }
  let content: unknown;
  try {
    content = document.toJS();
  } catch {
    // An unquoted token that begins with "*" is an alias to YAML.
    throw new TokenFileError(
      `${path}: an alias (*name) in it leads nowhere; quote a token that begins with "*"`,
    );
  }
  const parsed = file.safeParse(content);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    const place = issue?.path.join(".") ?? "";
    throw new TokenFileError(`${path}: ${place === "" ? "" : `${place}: `}${issue?.message ?? "not valid"}`);
  }
  const { tokens } = parsed.data;
  for (const [index, { roles: named }] of roles === "any" ? [] : tokens.entries()) {
    const unknown = named.findIndex((role) => !KEYSTONES.has(role.toLowerCase()));
    if (unknown === -1) continue;
    // The value is not repeated: it may be a token that slipped into the wrong line.
    throw new TokenFileError(
      `${path}: tokens.${index}.roles.${unknown}: must be one of: ${[...KEYSTONES].join(", ")}; ` +
        `others have a meaning only by a policy file`,
    );
  }
  const digests = tokens.map(digestOf);
  const again = digests.findIndex((digest, index) => digests.indexOf(digest) < index);
  if (again !== -1) throw new TokenFileError(`${path}: tokens.${again}: the same token stands there twice`);
  return tokens;
}
