import type { Caller } from "../identity/caller.ts";
import type { PolicyTarget } from "./policy-target.ts";

/**
 * The attributes of a caller that rules may ask for.
 * Source: oslo.context, `RequestContext.to_policy_values`; `system` is from oslo.policy.
 */
export const CREDENTIALS: ReadonlySet<string> = new Set([
  "user_id",
  "user_domain_id",
  "project_id",
  "project_domain_id",
  "domain_id",
  "system_scope",
  "system",
  "roles",
  "is_admin_project",
  "service_user_id",
  "service_user_domain_id",
  "service_project_id",
  "service_project_domain_id",
  "service_roles",
]);

/** An attribute of a caller by its name in rules; `undefined` when there is none. */
export function credential(caller: Caller, name: string): unknown {
  switch (name) {
    case "project_id":
      return caller.projectId;
    case "user_id":
      return caller.userId;
    case "roles":
      return [...caller.roles];
    case "system":
      return caller.attributes?.system_scope;
    case "is_admin_project":
      // A project is taken for the admin project unless Keystone says otherwise. Source: oslo.context,
      // `RequestContext`.
      return caller.attributes?.is_admin_project ?? true;
    default:
      return caller.attributes === undefined ? undefined : own(caller.attributes, name);
  }
}

/** The caller as a target, for `context_is_admin`, where no image is concerned. */
export function callerAsTarget(caller: Caller): PolicyTarget {
  return {
    attribute(name) {
      const value = credential(caller, name);
      return typeof value === "string" || typeof value === "boolean" || value === null ? value : undefined;
    },
  };
}

/**
 * Whether the text stands in a caller's attribute, along the path. One item of a list is enough. An attribute
 * without a value equals no text. Source: oslo.policy, oslo_policy/_checks.py, `GenericCheck`.
 */
export function isWithin(value: unknown, path: readonly string[], text: string): boolean {
  if (Array.isArray(value)) return value.some((item) => isFound(item, path, text));
  return isFound(value, path, text);
}

function isFound(value: unknown, path: readonly string[], text: string): boolean {
  const [name, ...rest] = path;
  if (name === undefined) return asText(value) === text;
  if (typeof value !== "object" || value === null) return false;
  return isWithin(own(value, name), rest, text);
}

function own(object: object, name: string): unknown {
  return Object.hasOwn(object, name) ? Reflect.get(object, name) : undefined;
}

function asText(value: unknown): string | undefined {
  switch (typeof value) {
    case "string":
      return value;
    case "number":
      return String(value);
    case "boolean":
      return value ? "True" : "False";
    default:
      return undefined;
  }
}
