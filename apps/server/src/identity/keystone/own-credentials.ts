/** A name, which is unique in a domain, or an id, which is so anywhere. */
export type Identifier = { readonly id: string } | { readonly name: string; readonly domain: Domain };

type Domain = { readonly id: string } | { readonly name: string };

/** The scope of the server's own token. */
export type OwnScope = { readonly project: Identifier } | { readonly system: { readonly all: true } };

/** The credentials with which the server itself logs in at Keystone. */
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

/** Names who logs in for people, without a secret. */
export function describeCredentials(credentials: KeystoneCredentials): string {
  if (credentials.kind === "application-credential") return `application credential ${credentials.id}`;
  return `user ${"id" in credentials.user ? credentials.user.id : credentials.user.name}`;
}
