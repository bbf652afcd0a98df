import { isAppRoute, type AppRoute, type AppRouter } from "@ts-rest/core";
import { requestBuilder, type CallRequest } from "./call-request.ts";
import type { ClientOf } from "./client-of.ts";

/** The outcome of a call. */
export interface Reply {
  readonly status: number;
  readonly body: unknown;
  readonly headers: Headers;
}

/** Sends what a call asks for, and gives the reply as the contract has it. */
export type CallSender = (request: CallRequest) => Promise<Reply>;

/** A derived client as it is at run time, without the types of its routes. */
interface UntypedClient {
  [name: string]: UntypedClient | ((input?: unknown) => Promise<Reply>);
}

/** The client of a contract: a function for each route, which checks and encodes what it is given. */
export function deriveClient<TRouter extends AppRouter>(
  router: TRouter,
  send: CallSender,
): ClientOf<TRouter> {
  // The functions have the very names of the router's routes, and give what the contract declares for each; TypeScript
  // cannot follow that through the walk over the router.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the one cast of this package
  return functionsOf(router, send) as ClientOf<TRouter>;
}

function functionsOf(router: AppRouter, send: CallSender): UntypedClient {
  return Object.fromEntries(
    Object.entries(router).map(([name, member]) => [
      name,
      isAppRoute(member) ? callOf(member, send) : functionsOf(member, send),
    ]),
  );
}

function callOf(route: AppRoute, send: CallSender): (input?: unknown) => Promise<Reply> {
  const build = requestBuilder(route);
  return async (input) => await send(build(input));
}
