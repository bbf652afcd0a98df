import { InvalidOptionError } from "../errors/errors.ts";
import { isRecord } from "../calls/is-record.ts";

/** What is sent to Keystone for a token, and the part of it that must not be told on. */
export interface TokenRequest {
  readonly body: string;
  readonly secret: string;
}

type Members = Readonly<Record<string, unknown>>;

/**
 * The request for a token: `POST /v3/auth/tokens`. What a caller gave is checked member by member, and only what is
 * known is sent. No message quotes a value.
 * Source: Keystone api-ref, "Authentication and token management".
 *
 * @throws {InvalidOptionError} for credentials or a scope that cannot be used
 */
export function tokenRequest(auth: unknown, scope: unknown): TokenRequest {
  const given = members(auth, "auth");
  const { identity, secret } = identityOf(given);
  if (given["type"] === "applicationCredential" && scope !== undefined) {
    throw new InvalidOptionError(
      "scope",
      "cannot be given with an application credential, which has its own.",
    );
  }
  const scoped = scope === undefined ? {} : { scope: scopeOf(members(scope, "scope")) };
  return { body: JSON.stringify({ auth: { identity, ...scoped } }), secret };
}

function identityOf(auth: Members): { readonly identity: object; readonly secret: string } {
  switch (auth["type"]) {
    case "password": {
      const password = text(auth, "password", "auth");
      const user = { ...reference(auth["user"], "auth.user", true), password };
      return { identity: { methods: ["password"], password: { user } }, secret: password };
    }
    case "applicationCredential": {
      const secret = text(auth, "secret", "auth");
      const name =
        auth["id"] === undefined
          ? { name: text(auth, "name", "auth"), user: reference(auth["user"], "auth.user", true) }
          : { id: text(auth, "id", "auth") };
      const identity = { methods: ["application_credential"], application_credential: { ...name, secret } };
      return { identity, secret };
    }
    case "token": {
      const token = text(auth, "token", "auth");
      return { identity: { methods: ["token"], token: { id: token } }, secret: token };
    }
    default:
      throw new InvalidOptionError("auth.type", "must be password, applicationCredential or token.");
  }
}

function scopeOf(scope: Members): object {
  if (scope["project"] !== undefined) return { project: reference(scope["project"], "scope.project", true) };
  if (scope["domain"] !== undefined) return { domain: reference(scope["domain"], "scope.domain", false) };
  if (scope["trust"] !== undefined) {
    return { "OS-TRUST:trust": { id: text(members(scope["trust"], "scope.trust"), "id", "scope.trust") } };
  }
  if (scope["system"] === "all") return { system: { all: true } };
  throw new InvalidOptionError("scope", 'must have a project, a domain, a trust or system: "all".');
}

/** Something by its id, or by its name, which for users and projects is one of a domain. */
function reference(value: unknown, option: string, inDomain: boolean): object {
  const given = members(value, option);
  if (given["id"] !== undefined) return { id: text(given, "id", option) };
  const name = text(given, "name", option);
  return inDomain ? { name, domain: reference(given["domain"], `${option}.domain`, false) } : { name };
}

function members(value: unknown, option: string): Members {
  if (!isRecord(value)) throw new InvalidOptionError(option, "is missing or no object.");
  return value;
}

function text(of: Members, name: string, option: string): string {
  const value = of[name];
  if (typeof value === "string" && value !== "") return value;
  throw new InvalidOptionError(`${option}.${name}`, "must be text that is not empty.");
}
