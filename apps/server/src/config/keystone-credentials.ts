import type { Identifier, KeystoneCredentials, OwnScope } from "../identity/keystone/own-credentials.ts";
import type { Problem } from "./documented.ts";
import type { LoginValues } from "./keystone-login.ts";
import { readSecret } from "./secret.ts";

/** The domain of a name without one, as for the OpenStack clients. */
const DEFAULT_DOMAIN = "default";

/** The credentials with which the server logs in at Keystone; `undefined` when they are wrong. */
export function readCredentials(values: LoginValues, problem: Problem): KeystoneCredentials | undefined {
  const id = values.OS_APPLICATION_CREDENTIAL_ID;
  const type = values.OS_AUTH_TYPE ?? (id === undefined ? "password" : "v3applicationcredential");
  if (type === "v3applicationcredential") {
    if (id === undefined) problem("OS_APPLICATION_CREDENTIAL_ID is missing");
    const secret = readRequired("OS_APPLICATION_CREDENTIAL_SECRET", values, problem);
    return id === undefined || secret === undefined
      ? undefined
      : { kind: "application-credential", id, secret };
  }
  const user = readUser(values);
  if (user === undefined) problem("OS_USERNAME is missing, or OS_USER_ID, or OS_APPLICATION_CREDENTIAL_ID");
  const password = readRequired("OS_PASSWORD", values, problem);
  const scope = readScope(values);
  if (scope === undefined) problem("OS_PROJECT_NAME is missing, or OS_PROJECT_ID, or OS_SYSTEM_SCOPE=all");
  if (user === undefined || password === undefined || scope === undefined) return undefined;
  return { kind: "password", user, password, scope };
}

function readUser(values: LoginValues): Identifier | undefined {
  return identify(values.OS_USER_ID, values.OS_USERNAME, {
    id: values.OS_USER_DOMAIN_ID,
    name: values.OS_USER_DOMAIN_NAME,
    otherwise: values.OS_DEFAULT_DOMAIN,
  });
}

function readScope(values: LoginValues): OwnScope | undefined {
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

function readRequired(
  name: "OS_PASSWORD" | "OS_APPLICATION_CREDENTIAL_SECRET",
  values: LoginValues,
  problem: Problem,
): string | undefined {
  if (values[name] === undefined && values[`${name}_FILE`] === undefined) {
    problem(`${name} is missing, or ${name}_FILE`);
  }
  return readSecret(name, values, problem)?.value;
}
