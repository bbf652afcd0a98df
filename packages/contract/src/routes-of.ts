import { isAppRoute, type AppRoute, type AppRouter } from "@ts-rest/core";

/** A route of a contract with its dotted name, such as `imageTags.delete`. */
export interface NamedRoute {
  readonly name: string;
  readonly route: AppRoute;
}

/** Every route of a contract, in the order the contract writes them. */
export function routesOf(contract: AppRouter, prefix = ""): NamedRoute[] {
  return Object.entries(contract).flatMap(([key, member]) =>
    isAppRoute(member) ? [{ name: prefix + key, route: member }] : routesOf(member, `${prefix}${key}.`),
  );
}

/**
 * The methods that each path of a contract answers, in the contract's order. `HEAD` goes with `GET`
 * (RFC 9110, section 9.3.2).
 */
export function methodsByPath(contract: AppRouter): Map<string, string[]> {
  const methods = new Map<string, string[]>();
  for (const { route } of routesOf(contract)) {
    const known = methods.get(route.path) ?? [];
    known.push(...(route.method === "GET" ? ["GET", "HEAD"] : [route.method]));
    methods.set(route.path, known);
  }
  return methods;
}
