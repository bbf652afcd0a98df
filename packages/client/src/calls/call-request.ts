import { DATA_MEDIA_TYPE, type DataToSend } from "@imagetags/contract";
import { isAppRouteNoBody, type AppRoute } from "@ts-rest/core";
import { InvalidParameterError } from "../errors/errors.ts";
import { isRecord } from "./is-record.ts";
import { pathWriter } from "./path-params.ts";
import { formatQuery } from "./query.ts";
import type { SentRequest } from "./request-sender.ts";

/** What a call asks for: checked, encoded, and without a token. */
export interface CallRequest {
  readonly route: AppRoute;
  /** The path and the query. */
  readonly target: string;
  /** By their names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: NonNullable<SentRequest["body"]> | null;
  /** What the caller tells `fetch` besides. */
  readonly fetchOptions: object;
  /** What ends the call early. */
  readonly signal: AbortSignal | null;
  /** Whether doing it twice is doing it once. */
  readonly idempotent: boolean;
}

/**
 * Makes the requests of a route from the inputs of its calls. Nothing but what a call may say is taken from an input.
 *
 * @throws {InvalidParameterError} for an argument that HTTP cannot carry, naming it
 */
export function requestBuilder(route: AppRoute): (input: unknown) => CallRequest {
  const writePath = pathWriter(route.path);
  const writeBody = bodyWriter(route);
  const contentType = requestTypeOf(route) ?? "application/json";
  const takesData = contentType === DATA_MEDIA_TYPE;
  const repeatable = route.method === "PUT" || route.method === "DELETE" || isIdempotent(route);
  return (input) => {
    const { params, query, body, headers, extraHeaders, fetchOptions } = isRecord(input) ? input : {};
    const written = writeBody(body);
    const sent: Record<string, string> = { accept: "application/json" };
    if (written !== null) sent["content-type"] = contentType;
    addHeaders(sent, "extraHeaders", extraHeaders);
    addHeaders(sent, "headers", headers);
    const options = isRecord(fetchOptions) ? fetchOptions : {};
    const { signal } = options;
    return {
      route,
      target: writePath(params) + formatQuery(query),
      headers: sent,
      body: written,
      fetchOptions: options,
      signal: isSignal(signal) ? signal : null,
      // The server refuses the same data a second time, and an entity tag holds only once.
      idempotent: route.method === "GET" || (repeatable && !takesData && sent["if-match"] === undefined),
    };
  };
}

/** A name and a value that HTTP can carry. Source: RFC 9110, sections 5.1 and 5.5; WHATWG Fetch, "header value". */
const HEADER_NAME = /^[\w!#$%&'*+.^`|~-]+$/;
const HEADER_VALUE = /^[^\0\r\n\u0100-\uffff]*$/;

function addHeaders(headers: Record<string, string>, parameter: string, given: unknown): void {
  if (!isRecord(given)) return;
  for (const [name, value] of Object.entries(given)) {
    if (value === undefined) continue;
    // The platform's own error quotes the value, which may be a secret of the caller's.
    if (!HEADER_NAME.test(name) || typeof value !== "string" || !HEADER_VALUE.test(value)) {
      throw new InvalidParameterError(parameter, "has a name or a value that HTTP cannot carry.");
    }
    headers[name.toLowerCase()] = value;
  }
}

/** The media type of a route's body where it is not JSON. */
function requestTypeOf({ metadata }: AppRoute): string | undefined {
  const type = isRecord(metadata) ? metadata["requestType"] : undefined;
  return typeof type === "string" ? type : undefined;
}

/** Whether the route's documents say so, whatever its method is. */
function isIdempotent({ metadata }: AppRoute): boolean {
  return isRecord(metadata) && metadata["idempotent"] === true;
}

function bodyWriter(route: AppRoute): (body: unknown) => CallRequest["body"] {
  if (!("body" in route) || isAppRouteNoBody(route.body)) return () => null;
  if (requestTypeOf(route) === DATA_MEDIA_TYPE) return checkedData;
  return (body) => (body === undefined || body === null ? null : JSON.stringify(body));
}

/** `instanceof` fails for an object of another realm, such as a test tool's. */
function isSignal(value: unknown): value is AbortSignal {
  return (
    isRecord(value) &&
    typeof value["aborted"] === "boolean" &&
    typeof value["addEventListener"] === "function"
  );
}

/** The bytes that a call sends. Empty data has to be given as such, because no body at all may be a mistake. */
function checkedData(body: unknown): DataToSend {
  if (isData(body)) return body;
  throw new InvalidParameterError("body", "must be a Blob, a Uint8Array or a ReadableStream.");
}

function isData(body: unknown): body is DataToSend {
  if (body instanceof Uint8Array) return body.buffer instanceof ArrayBuffer;
  return body instanceof Blob || body instanceof ReadableStream;
}
