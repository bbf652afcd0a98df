/** A name that is unique in a domain, or the id, which is so anywhere. */
export type Identifier = { readonly id: string } | { readonly name: string; readonly domain: Domain };

type Domain = { readonly id: string } | { readonly name: string };

/** What the server's own token is for. */
export type OwnScope = { readonly project: Identifier } | { readonly system: { readonly all: true } };

/** With what the server itself logs in at Keystone. */
export type KeystoneCredentials =
  | {
      readonly kind: "password";
      readonly user: Identifier;
      readonly password: string;
      readonly scope: OwnScope;
    }
  | { readonly kind: "application-credential"; readonly id: string; readonly secret: string };

/**
 * The body of `POST /v3/auth/tokens`. An application credential has its scope from the start.
 * Source: Keystone, api-ref/source/v3/authenticate-v3.inc and application-credentials.inc.
 */
export function loginBody(credentials: KeystoneCredentials): object {
  if (credentials.kind === "application-credential") {
    const { id, secret } = credentials;
    return {
      auth: { identity: { methods: ["application_credential"], application_credential: { id, secret } } },
    };
  }
  const { user, password, scope } = credentials;
  return {
    auth: { identity: { methods: ["password"], password: { user: { ...user, password } } }, scope },
  };
}

/** Who logs in, for people: never a secret. */
export function describeCredentials(credentials: KeystoneCredentials): string {
  if (credentials.kind === "application-credential") return `application credential ${credentials.id}`;
  return `user ${"id" in credentials.user ? credentials.user.id : credentials.user.name}`;
}
