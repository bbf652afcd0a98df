import type { Access } from "./access.ts";
import { noteAttempts } from "./attempts.ts";
import type { CallRequest } from "./call-request.ts";
import type { CallSender, Reply } from "./derive-client.ts";
import {
  ConnectionError,
  TimeLimitError,
  UnexpectedReplyError,
  type FailedRequest,
} from "../errors/errors.ts";
import type { RequestSender, SentRequest } from "./request-sender.ts";
import { readReplyBody, type BodyPrefix, type ReplyBody } from "./reply-body.ts";
import { transientFailure, transientReply, type RetryOptions } from "./retry.ts";
import { withinLimits } from "./time-limit.ts";
import { hideCutToken, hideToken } from "./token.ts";
import { withRetries, type Attempt } from "./with-retries.ts";

/** How much of a body an error shows. */
const SHOWN_CHARACTERS = 200;

/** What the sender needs of the client's options, already checked. */
export interface CallSenderOptions {
  readonly access: Access;
  readonly timeoutMs: number;
  readonly retry: Required<RetryOptions>;
  readonly fetch: RequestSender;
}

/**
 * Sends the requests of calls, again where that may help, and answers only with what the contract declares. The time
 * limit spans all of it, from asking for the token to the end of the last body.
 */
export function createCallSender({ access, timeoutMs, retry, fetch }: CallSenderOptions): CallSender {
  return (call) => {
    const { route, body, idempotent } = call;
    const request = { method: route.method, url: call.target };
    const limits = {
      timeoutMs,
      timeLimitError: () => new TimeLimitError(request, timeoutMs),
      signal: call.signal,
    };
    // A stream cannot be read twice, so its request is not repeated.
    const sendableAgain = !(body instanceof ReadableStream);
    return withinLimits(limits, (signal) => {
      let sent = 0;
      let renewed = false;

      const send = async (): Promise<Attempt<Reply>> => {
        let token: string;
        try {
          const { endpoint } = access;
          request.url = (typeof endpoint === "string" ? endpoint : await endpoint()) + call.target;
          token = await access.token();
        } catch (error) {
          return failedConnection(error);
        }
        signal.throwIfAborted();
        sent += 1;
        // Each promise between `fetch` and the caller costs every call CPU time, so there are few.
        let response: Response;
        let reply: ReplyBody | undefined;
        try {
          response = await fetch(request.url, sentRequest(call, token, signal));
          if (response.status === 401 && access.invalidate !== undefined && !renewed && sendableAgain) {
            await response.body?.cancel();
          } else {
            reply = await readReplyBody(response, route, token);
          }
        } catch (cause) {
          return failedConnection(new ConnectionError(request, cause));
        }
        if (reply === undefined) {
          renewed = true;
          access.invalidate?.(token);
          return send();
        }
        const { status, headers } = response;
        const transient = transientReply(status, headers);
        if ("problem" in reply) {
          const error = unexpected(request, response, token, reply);
          return { outcome: () => raise(error), transient };
        }
        noteAttempts(headers, sent);
        const answer = { status, body: reply.body, headers };
        return { outcome: () => answer, transient };
      };

      const bounds = {
        retry: sendableAgain ? retry : { ...retry, attempts: 1 },
        idempotent,
        timeoutMs,
        signal,
      };
      return withRetries(bounds, send);
    });
  };
}

function sentRequest(call: CallRequest, token: string, signal: AbortSignal): SentRequest {
  const { route, headers, body, fetchOptions } = call;
  return {
    ...fetchOptions,
    // `fetch` sends a stream only with the member `duplex` (WHATWG Fetch).
    ...(body instanceof ReadableStream ? { duplex: "half" } : {}),
    method: route.method,
    headers: { ...headers, "x-auth-token": token },
    body,
    // A redirect must not carry the token, or a removal, to another place.
    redirect: "manual",
    signal,
  };
}

function failedConnection(error: unknown): Attempt<Reply> {
  if (!(error instanceof ConnectionError)) throw error;
  return { outcome: () => raise(error), transient: transientFailure(error.reason) };
}

function raise(error: Error): never {
  throw error;
}

function unexpected(
  request: FailedRequest,
  response: Response,
  token: string,
  { problem, prefix }: { readonly problem: string; readonly prefix: BodyPrefix },
): UnexpectedReplyError {
  const header = (name: string) => {
    const value = response.headers.get(name);
    return value === null ? undefined : hideToken(value, token);
  };
  const reply = {
    status: response.status,
    contentType: header("content-type"),
    body: firstCharacters(prefix.cut ? hideCutToken(prefix.text, token) : hideToken(prefix.text, token)),
    requestId: header("x-openstack-request-id"),
  };
  return new UnexpectedReplyError(request, reply, hideToken(problem, token));
}

function firstCharacters(text: string): string {
  // A code point is at most two units, so the slice holds enough of them and keeps the array small.
  const characters = Array.from(text.slice(0, 2 * SHOWN_CHARACTERS));
  return characters.slice(0, SHOWN_CHARACTERS).join("");
}
