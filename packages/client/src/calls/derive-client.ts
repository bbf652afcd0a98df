import { initClient, isAppRoute, type AppRoute, type AppRouter } from "@ts-rest/core";
import type { ClientArgs, InitClientReturn } from "@ts-rest/core";
import { checkedData, takesData } from "./data-body.ts";
import { parseEndpoint } from "./endpoint.ts";
import { isRecord } from "./is-record.ts";
import { encodePathParams } from "./path-params.ts";
import { formatQuery } from "./query.ts";

/** A derived client as it is at run time, without the types of its routes. */
interface UntypedClient {
  [name: string]: UntypedClient | ((input?: unknown) => Promise<unknown>);
}

/**
 * The client that ts-rest derives from a contract, with the arguments of every call checked and encoded
 * before ts-rest sees them.
 */
export function deriveClient<TRouter extends AppRouter>(
  router: TRouter,
  args: ClientArgs,
): InitClientReturn<TRouter, ClientArgs> {
  const derived: UntypedClient = initClient<AppRouter, ClientArgs>(router, args);
  // `guarded` has the very names of `derived`, and each function takes and gives what the one behind it
  // does; TypeScript cannot follow that through the walk over the router.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the one cast of this package
  return guarded(router, derived) as InitClientReturn<TRouter, ClientArgs>;
}

function guarded(router: AppRouter, derived: UntypedClient): UntypedClient {
  const client: UntypedClient = {};
  for (const [name, declared] of Object.entries(router)) {
    const member = derived[name];
    if (typeof member === "function" && isAppRoute(declared)) {
      client[name] = async (input) => await member(checkedInput(declared, input));
    } else if (typeof member === "object" && !isAppRoute(declared)) {
      client[name] = guarded(declared, member);
    }
  }
  return client;
}

/**
 * Only what a call may say is handed on: ts-rest lets any further member of the input, say `path` or
 * `method`, take the place of the request's own.
 */
function checkedInput(route: AppRoute, input: unknown): object {
  const { params, query, body, headers, extraHeaders, fetchOptions, cache, next, overrideClientOptions } =
    isRecord(input) ? input : {};
  // ts-rest encodes the query before the fetcher does, and would throw a bare URIError.
  formatQuery(query);
  return {
    params: encodePathParams(route.path, params),
    query,
    // ts-rest would write any body as JSON; what it is handed as raw it leaves alone.
    ...(takesData(route) ? { rawBody: checkedData(body) } : { body }),
    headers,
    extraHeaders,
    fetchOptions,
    cache,
    next,
    overrideClientOptions: checkedOverrides(overrideClientOptions),
  };
}

/** Of ts-rest's overrides those that mean something here; the query and the check of replies are ours. */
function checkedOverrides(overrides: unknown): object {
  const { baseUrl, credentials } = isRecord(overrides) ? overrides : {};
  return {
    ...(baseUrl === undefined ? {} : { baseUrl: parseEndpoint(baseUrl) }),
    ...(credentials === undefined ? {} : { credentials }),
  };
}
