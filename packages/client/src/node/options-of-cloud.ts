import type { ClientOptions } from "../client.ts";
import { ImageTagsError } from "../errors/errors.ts";
import type { Credentials, DomainReference, Scope, UserReference } from "../session/credentials.ts";
import { createSession, type EndpointInterface } from "../session/session.ts";
import type { ResolvedCloud } from "./cloud-settings.ts";
import { InvalidCloudError } from "./invalid-cloud-error.ts";
import { textOf, type CloudSettings, type Settings } from "./settings.ts";
import { proxiesOf } from "./proxies.ts";
import { senderBy } from "./sender.ts";
import { tlsOf } from "./tls.ts";

/**
 * The options of a client for a cloud.
 *
 * @throws {InvalidCloudError} when a setting is missing or cannot be used
 * @throws {InvalidEnvironmentError} when a variable names no proxy, or authorities that cannot be read
 */
export function optionsOfCloud(
  cloud: ResolvedCloud,
  env: Readonly<Record<string, string | undefined>>,
): ClientOptions {
  const { origin, settings } = cloud;
  const { auth } = settings;
  const sender = senderBy({ tls: tlsOf(cloud, env), proxies: proxiesOf(env) });
  const fetch = sender === undefined ? {} : { fetch: sender };
  const timeout = timeoutOf(origin, settings);
  const override = textOf(settings, "image_endpoint_override", "image_endpoint");

  const type = authTypeOf(settings);
  if (type === "admin_token" || type === "token_endpoint") {
    const endpoint = override ?? required(origin, auth, "endpoint");
    return { endpoint, token: required(origin, auth, "token"), ...timeout, ...fetch };
  }
  const scope = type === "v3applicationcredential" ? undefined : scopeOf(origin, auth);
  const region = textOf(settings, "image_region_name", "region_name");
  const serviceType = textOf(settings, "image_service_type");
  const authUrl = required(origin, auth, "auth_url");
  const credentials = credentialsOf(origin, type, auth);
  try {
    const session = createSession({
      authUrl,
      auth: credentials,
      interface: interfacesOf(origin, settings["image_interface"] ?? settings["interface"]),
      ...(scope === undefined ? {} : { scope }),
      ...(region === undefined ? {} : { region }),
      ...(serviceType === undefined ? {} : { serviceType }),
      ...(override === undefined ? {} : { endpointOverride: override }),
      ...timeout,
      ...fetch,
    });
    return { session, ...timeout, ...fetch };
  } catch (error) {
    throw error instanceof ImageTagsError ? new InvalidCloudError(`The ${origin}: ${error.message}`) : error;
  }
}

/** The type follows from the credentials where it is not named. */
function authTypeOf(settings: CloudSettings): string {
  const type = textOf(settings, "auth_type", "auth_plugin");
  if (type !== undefined) return type;
  const { auth } = settings;
  if (auth["application_credential_secret"] !== undefined) return "v3applicationcredential";
  return auth["token"] !== undefined && auth["password"] === undefined ? "token" : "password";
}

function credentialsOf(origin: string, type: string, auth: Settings): Credentials {
  switch (type) {
    case "password":
    case "v3password":
      return { type: "password", user: userOf(origin, auth), password: required(origin, auth, "password") };
    case "token":
    case "v3token":
      return { type: "token", token: required(origin, auth, "token") };
    case "v3applicationcredential": {
      const secret = required(origin, auth, "application_credential_secret");
      const id = textOf(auth, "application_credential_id");
      if (id !== undefined) return { type: "applicationCredential", id, secret };
      const name = required(origin, auth, "application_credential_name");
      return { type: "applicationCredential", name, user: userOf(origin, auth), secret };
    }
    default:
      throw new InvalidCloudError(
        `The ${origin} has auth_type ${type}; there are password, token, v3applicationcredential and admin_token.`,
      );
  }
}

function userOf(origin: string, auth: Settings): UserReference {
  const id = textOf(auth, "user_id");
  if (id !== undefined) return { id };
  return { name: required(origin, auth, "username"), domain: domainOf(origin, auth, "user") };
}

function domainOf(origin: string, auth: Settings, whose: "user" | "project"): DomainReference {
  const id = textOf(auth, `${whose}_domain_id`);
  if (id !== undefined) return { id };
  const name = textOf(auth, `${whose}_domain_name`);
  if (name !== undefined) return { name };
  const defaultId = textOf(auth, "default_domain_id");
  if (defaultId !== undefined) return { id: defaultId };
  const defaultName = textOf(auth, "default_domain_name");
  if (defaultName !== undefined) return { name: defaultName };
  // That of openstackclient. Source: osc-lib, osc_lib/cli/client_config.py, `_auth_default_domain`.
  const openstackclients = textOf(auth, "default_domain");
  if (openstackclients !== undefined) return { id: openstackclients };
  throw new InvalidCloudError(
    `The ${origin} has no auth.${whose}_domain_name and no auth.${whose}_domain_id.`,
  );
}

/** Source: keystoneauth1, identity/v3/base.py, `get_auth_ref`. */
function scopeOf(origin: string, auth: Settings): Scope | undefined {
  const domainId = textOf(auth, "domain_id");
  if (domainId !== undefined) return { domain: { id: domainId } };
  const domainName = textOf(auth, "domain_name");
  if (domainName !== undefined) return { domain: { name: domainName } };
  const projectId = textOf(auth, "project_id");
  if (projectId !== undefined) return { project: { id: projectId } };
  const projectName = textOf(auth, "project_name");
  if (projectName !== undefined) {
    return { project: { name: projectName, domain: domainOf(origin, auth, "project") } };
  }
  const trust = textOf(auth, "trust_id");
  if (trust !== undefined) return { trust: { id: trust } };
  return textOf(auth, "system_scope") === "all" ? { system: "all" } : undefined;
}

function interfacesOf(origin: string, value: unknown): EndpointInterface[] {
  const names: readonly unknown[] = Array.isArray(value) ? value : [value];
  return names.map((name) => {
    switch (typeof name === "string" ? name.replace(/URL$/, "") : undefined) {
      case "public":
        return "public";
      case "internal":
        return "internal";
      case "admin":
        return "admin";
      default:
        throw new InvalidCloudError(
          `The ${origin} has an interface that is none of public, internal and admin.`,
        );
    }
  });
}

function timeoutOf(origin: string, settings: Settings): { readonly timeoutMs?: number } {
  const seconds = textOf(settings, "api_timeout");
  if (seconds === undefined) return {};
  const timeoutMs = Number(seconds) * 1000;
  if (timeoutMs > 0 && timeoutMs < 2 ** 31) return { timeoutMs };
  throw new InvalidCloudError(`The ${origin} has an api_timeout that is no number of seconds over 0.`);
}

function required(origin: string, auth: Settings, name: string): string {
  const value = textOf(auth, name);
  if (value === undefined) throw new InvalidCloudError(`The ${origin} has no auth.${name}.`);
  return value;
}
