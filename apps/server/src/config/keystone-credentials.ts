import type { Identifier, KeystoneCredentials, OwnScope } from "../identity/keystone/credentials.ts";
import type { KeystoneValues, Problem } from "./keystone-settings.ts";
import { readText } from "./read-text.ts";

/** The domain of what is named without one, as the OpenStack clients take it. */
const DEFAULT_DOMAIN = "default";

/** With what the server logs in at Keystone, or `undefined` when that is not told. */
export function readCredentials(values: KeystoneValues, problem: Problem): KeystoneCredentials | undefined {
  const id = values.OS_APPLICATION_CREDENTIAL_ID;
  const type = values.OS_AUTH_TYPE ?? (id === undefined ? "password" : "v3applicationcredential");
  if (type === "v3applicationcredential") {
    if (id === undefined) problem("OS_APPLICATION_CREDENTIAL_ID is missing");
    const secret = readSecret("OS_APPLICATION_CREDENTIAL_SECRET", values, problem);
    return id === undefined || secret === undefined
      ? undefined
      : { kind: "application-credential", id, secret };
  }
  const user = readUser(values);
  if (user === undefined) problem("OS_USERNAME is missing, or OS_USER_ID, or OS_APPLICATION_CREDENTIAL_ID");
  const password = readSecret("OS_PASSWORD", values, problem);
  const scope = readScope(values);
  if (scope === undefined) problem("OS_PROJECT_NAME is missing, or OS_PROJECT_ID, or OS_SYSTEM_SCOPE=all");
  if (user === undefined || password === undefined || scope === undefined) return undefined;
  return { kind: "password", user, password, scope };
}

function readUser(values: KeystoneValues): Identifier | undefined {
  return identify(values.OS_USER_ID, values.OS_USERNAME, {
    id: values.OS_USER_DOMAIN_ID,
    name: values.OS_USER_DOMAIN_NAME,
    otherwise: values.OS_DEFAULT_DOMAIN,
  });
}

function readScope(values: KeystoneValues): OwnScope | undefined {
  if (values.OS_SYSTEM_SCOPE !== undefined) return { system: { all: true } };
  const project = identify(values.OS_PROJECT_ID, values.OS_PROJECT_NAME, {
    id: values.OS_PROJECT_DOMAIN_ID,
    name: values.OS_PROJECT_DOMAIN_NAME,
    otherwise: values.OS_DEFAULT_DOMAIN,
  });
  return project === undefined ? undefined : { project };
}

type Maybe = string | undefined;

function identify(
  id: Maybe,
  name: Maybe,
  domain: { readonly id: Maybe; readonly name: Maybe; readonly otherwise: Maybe },
): Identifier | undefined {
  if (id !== undefined) return { id };
  if (name === undefined) return undefined;
  if (domain.id === undefined && domain.name !== undefined) return { name, domain: { name: domain.name } };
  return { name, domain: { id: domain.id ?? domain.otherwise ?? DEFAULT_DOMAIN } };
}

/** A secret, from its variable or from the file that the variable with `_FILE` behind it names. */
function readSecret(
  name: "OS_PASSWORD" | "OS_APPLICATION_CREDENTIAL_SECRET",
  values: KeystoneValues,
  problem: Problem,
): string | undefined {
  const value = values[name];
  const path = values[`${name}_FILE`];
  if (value !== undefined && path !== undefined) {
    problem(`${name} and ${name}_FILE are both given`);
    return undefined;
  }
  if (value !== undefined) return value;
  if (path === undefined) {
    problem(`${name} is missing, or ${name}_FILE`);
    return undefined;
  }
  const secret = readText(`${name}_FILE`, path, problem)?.replace(/\r?\n$/, "");
  if (secret !== "") return secret;
  problem(`${name}_FILE names an empty file`);
  return undefined;
}
