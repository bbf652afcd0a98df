/**
 * A Keystone domain, by its id or its name.
 *
 * @example
 * const domain: DomainReference = { name: "Default" };
 */
export type DomainReference = { readonly id: string } | { readonly name: string };

/**
 * A Keystone user, by its id, or by its name in a domain.
 *
 * @example
 * const user: UserReference = { name: "ci", domain: { name: "Default" } };
 */
export type UserReference =
  | { readonly id: string }
  | { readonly name: string; readonly domain: DomainReference };

/**
 * What a session authenticates with. An application credential by name needs its user.
 * Source: Keystone api-ref, "Authentication and token management".
 *
 * @example
 * const password: Credentials = { type: "password", user: { name: "ci", domain: { id: "default" } }, password: "…" };
 * const application: Credentials = { type: "applicationCredential", id: "423f19a4…", secret: "…" };
 */
export type Credentials =
  | { readonly type: "password"; readonly user: UserReference; readonly password: string }
  | { readonly type: "applicationCredential"; readonly id: string; readonly secret: string }
  | {
      readonly type: "applicationCredential";
      readonly name: string;
      readonly user: UserReference;
      readonly secret: string;
    }
  | { readonly type: "token"; readonly token: string };

/**
 * What the token is good for: a project, a domain, what a trust gives, or the system. Without one Keystone takes the
 * user's default project. An application credential takes none: it is that of its project.
 *
 * @example
 * const scope: Scope = { project: { name: "images", domain: { name: "Default" } } };
 */
export type Scope =
  | {
      readonly project: { readonly id: string } | { readonly name: string; readonly domain: DomainReference };
    }
  | { readonly domain: DomainReference }
  | { readonly trust: { readonly id: string } }
  | { readonly system: "all" };
