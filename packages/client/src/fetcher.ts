import type { ApiFetcher, ApiFetcherArgs } from "@ts-rest/core";
import { checkedData, requestTypeOf, takesData } from "./data-body.ts";
import {
  ConnectionError,
  InvalidParameterError,
  TimeLimitError,
  UnexpectedReplyError,
  type FailedRequest,
} from "./errors.ts";
import { formatQuery } from "./query.ts";
import { readReplyBody, type BodyStart } from "./reply-body.ts";
import { withinLimits } from "./time-limit.ts";
import { hideCutToken, hideToken } from "./token.ts";

/** How much of a body an error shows. */
const SHOWN_CHARACTERS = 200;

/** What the fetcher needs of the client's options, already checked. */
export interface FetcherOptions {
  readonly token: () => Promise<string>;
  readonly timeoutMs: number;
  readonly fetch: typeof globalThis.fetch;
}

/**
 * Sends what ts-rest prepared, once, and answers only with what the contract declares. The time limit
 * spans all of it, from asking for the token to the end of the body.
 */
export function createFetcher({ token: currentToken, timeoutMs, fetch }: FetcherOptions): ApiFetcher {
  return (args) => {
    const request = { method: args.method, url: requestUrl(args) };
    const limits = {
      timeoutMs,
      timeLimitError: () => new TimeLimitError(request, timeoutMs),
      signal: args.fetchOptions?.signal,
    };
    return withinLimits(limits, async (signal) => {
      const token = await currentToken();
      signal.throwIfAborted();
      const init: RequestInit = {
        ...args.fetchOptions,
        method: args.method,
        headers: requestHeaders(args, token),
        ...requestBody(args),
        // A redirect must not carry the token, or a removal, to another place.
        redirect: "manual",
        signal,
      };
      const response = await connected(request, () => fetch(request.url, init));
      const reply = await connected(request, () => readReplyBody(response, args.route));
      if ("problem" in reply) throw unexpected(request, response, token, reply);
      return { status: response.status, body: reply.body, headers: response.headers };
    });
  };
}

/** ts-rest encoded the query its own way; no `?` comes before it, for parameters are encoded. */
function requestUrl({ path, rawQuery }: ApiFetcherArgs): string {
  const start = path.indexOf("?");
  return (start === -1 ? path : path.slice(0, start)) + formatQuery(rawQuery);
}

function requestBody({ body, rawBody, route }: ApiFetcherArgs): Pick<RequestInit, "body"> {
  if (!takesData(route)) return { body: body ?? null };
  const data = checkedData(rawBody);
  if (!(data instanceof ReadableStream)) return { body: data };
  // All of a stream is sent before the reply is read, which fetch wants to be told (WHATWG Fetch, "duplex").
  const streamed = { body: data, duplex: "half" };
  return streamed;
}

function requestHeaders({ headers, route }: ApiFetcherArgs, token: string): Headers {
  // ts-rest labels every body as JSON; some have a media type of their own.
  const ownType = [undefined, "application/json"].includes(headers["content-type"])
    ? requestTypeOf(route)
    : undefined;
  const contentType = ownType === undefined ? {} : { "content-type": ownType };
  try {
    return new Headers({ accept: "application/json", ...headers, ...contentType, "x-auth-token": token });
  } catch {
    // The platform's own error quotes the value, which may be a secret of the caller's.
    throw new InvalidParameterError("extraHeaders", "has a name or a value that HTTP cannot carry.");
  }
}

async function connected<T>(request: FailedRequest, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    throw new ConnectionError(request, cause);
  }
}

function unexpected(
  request: FailedRequest,
  response: Response,
  token: string,
  { problem, start }: { readonly problem: string; readonly start: BodyStart },
): UnexpectedReplyError {
  const header = (name: string) => {
    const value = response.headers.get(name);
    return value === null ? undefined : hideToken(value, token);
  };
  const reply = {
    status: response.status,
    contentType: header("content-type"),
    body: firstCharacters(start.cut ? hideCutToken(start.text, token) : hideToken(start.text, token)),
    requestId: header("x-openstack-request-id"),
  };
  return new UnexpectedReplyError(request, reply, hideToken(problem, token));
}

function firstCharacters(text: string): string {
  // A code point is at most two units, so the slice holds enough of them and keeps the array small.
  const characters = Array.from(text.slice(0, 2 * SHOWN_CHARACTERS));
  return characters.slice(0, SHOWN_CHARACTERS).join("");
}
