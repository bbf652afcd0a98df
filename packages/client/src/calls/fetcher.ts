import type { ApiFetcher, ApiFetcherArgs } from "@ts-rest/core";
import type { Access } from "./access.ts";
import { noteAttempts } from "./attempts.ts";
import { checkedData, requestTypeOf, takesData } from "./data-body.ts";
import {
  ConnectionError,
  InvalidParameterError,
  TimeLimitError,
  UnexpectedReplyError,
  type FailedRequest,
} from "../errors/errors.ts";
import { formatQuery } from "./query.ts";
import { repeated, type Ended } from "./repeated.ts";
import type { RequestSender, SentRequest } from "./request-sender.ts";
import { readReplyBody, type BodyStart, type ReplyBody } from "./reply-body.ts";
import { passingFailure, passingReply, type RetryOptions } from "./retry.ts";
import { withinLimits } from "./time-limit.ts";
import { hideCutToken, hideToken } from "./token.ts";

/** How much of a body an error shows. */
const SHOWN_CHARACTERS = 200;

/** What the fetcher needs of the client's options, already checked. */
export interface FetcherOptions {
  readonly access: Access;
  readonly timeoutMs: number;
  readonly retry: Required<RetryOptions>;
  readonly fetch: RequestSender;
}

type Reply = Awaited<ReturnType<ApiFetcher>>;

/**
 * Sends what ts-rest prepared, again where that may help, and answers only with what the contract declares. The time
 * limit spans all of it, from asking for the token to the end of the last body.
 */
export function createFetcher({ access, timeoutMs, retry, fetch }: FetcherOptions): ApiFetcher {
  return (args) => {
    const target = requestTarget(args);
    const request = { method: args.method, url: target };
    const limits = {
      timeoutMs,
      timeLimitError: () => new TimeLimitError(request, timeoutMs),
      signal: args.fetchOptions?.signal,
    };
    const body = requestBody(args);
    return withinLimits(limits, (signal) => {
      let sent = 0;
      let renewed = false;

      const send = async (): Promise<Ended<Reply>> => {
        let token: string;
        try {
          if (access.endpoint !== undefined && target.startsWith("/")) {
            request.url = (await access.endpoint()) + target;
          }
          token = await access.token();
        } catch (error) {
          return failedConnection(error);
        }
        signal.throwIfAborted();
        const init: SentRequest = {
          ...args.fetchOptions,
          method: args.method,
          headers: requestHeaders(args, token),
          ...body,
          // A redirect must not carry the token, or a removal, to another place.
          redirect: "manual",
          signal,
        };
        sent += 1;
        // Each promise between `fetch` and the caller is CPU time of every call, so there are few.
        let response: Response;
        let reply: ReplyBody | undefined;
        try {
          response = await fetch(request.url, init);
          if (response.status === 401 && access.refused !== undefined && !renewed && sendableAgain(body)) {
            await response.body?.cancel();
          } else {
            reply = await readReplyBody(response, args.route, token);
          }
        } catch (cause) {
          return failedConnection(new ConnectionError(request, cause));
        }
        if (reply === undefined) {
          renewed = true;
          access.refused?.(token);
          return send();
        }
        const { status, headers } = response;
        const passing = passingReply(status, headers);
        if ("problem" in reply) {
          const error = unexpected(request, response, token, reply);
          return { outcome: () => raise(error), passing };
        }
        noteAttempts(headers, sent);
        const answer = { status, body: reply.body, headers };
        return { outcome: () => answer, passing };
      };

      const bounds = {
        retry: sendableAgain(body) ? retry : { ...retry, attempts: 1 },
        idempotent: isIdempotent(args),
        timeoutMs,
        signal,
      };
      return repeated(bounds, send);
    });
  };
}

function failedConnection(error: unknown): Ended<Reply> {
  if (!(error instanceof ConnectionError)) throw error;
  return { outcome: () => raise(error), passing: passingFailure(error.reason) };
}

function raise(error: Error): never {
  throw error;
}

/** Whether doing it twice is doing it once. Data that was taken in is refused the second time. */
function isIdempotent({ method, headers, route }: ApiFetcherArgs): boolean {
  if (method === "GET") return true;
  return (method === "PUT" || method === "DELETE") && headers["if-match"] === undefined && !takesData(route);
}

function sendableAgain({ body }: Pick<SentRequest, "body">): boolean {
  return !(body instanceof ReadableStream);
}

/** ts-rest encoded the query its own way; no `?` comes before it, for parameters are encoded. */
function requestTarget({ path, rawQuery }: ApiFetcherArgs): string {
  const start = path.indexOf("?");
  return (start === -1 ? path : path.slice(0, start)) + formatQuery(rawQuery);
}

function requestBody({ body, rawBody, route }: ApiFetcherArgs): Pick<SentRequest, "body"> {
  if (!takesData(route)) return { body: typeof body === "string" ? body : null };
  const data = checkedData(rawBody);
  if (!(data instanceof ReadableStream)) return { body: data };
  // All of a stream is sent before the reply is read, which fetch wants to be told (WHATWG Fetch, "duplex").
  const streamed = { body: data, duplex: "half" };
  return streamed;
}

/** A name and a value that HTTP can carry. Source: RFC 9110, sections 5.1 and 5.5; WHATWG Fetch, "header value". */
const HEADER_NAME = /^[\w!#$%&'*+.^`|~-]+$/;
const HEADER_VALUE = /^[^\0\r\n\u0100-\uffff]*$/;

function requestHeaders({ headers, route }: ApiFetcherArgs, token: string): Record<string, string> {
  const result: Record<string, string> = { accept: "application/json" };
  for (const [name, value] of Object.entries(headers)) {
    // The platform's own error quotes the value, which may be a secret of the caller's.
    if (!HEADER_NAME.test(name) || !HEADER_VALUE.test(value)) {
      throw new InvalidParameterError("extraHeaders", "has a name or a value that HTTP cannot carry.");
    }
    result[name] = value;
  }
  // ts-rest labels every body as JSON; some have a media type of their own.
  const ownType = requestTypeOf(route);
  if (ownType !== undefined && (headers["content-type"] ?? "application/json") === "application/json") {
    result["content-type"] = ownType;
  }
  result["x-auth-token"] = token;
  return result;
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
