import type { AppRoute } from "@ts-rest/core";
import { ERROR_REASONS, type ErrorFacts } from "../wire/error-reasons.ts";
import type { TagProfile } from "../wire/tag.ts";
import { readRecordedExamples, type RecordedError, type RecordedExchange } from "./recorded-examples.ts";
import { UNSERVED_EXCHANGES } from "./unserved-exchanges.ts";

type Json = Record<string, unknown>;

/** What the document shows of a route beside its schemas. */
export interface RouteExamples {
  /** What stands in the path for a parameter. */
  readonly pathParameter: (name: string) => unknown;
  /** The examples of a request's body, by name. */
  readonly request: (mediaType: string) => Json;
  /** The examples of a reply's body, by name. */
  readonly reply: (status: number) => Json;
}

/** Errors that any route may answer, by status: `reply` refers to them where the route has recorded none of its own. */
const COMMON: Readonly<Record<number, string>> = {
  400: "malformed-query",
  401: "not-authenticated",
  403: "forbidden",
  404: "no-such-path",
  405: "method-not-allowed",
  409: "colliding-tag",
  412: "precondition-failed",
  413: "body-too-large",
  429: "too-many-changes",
  500: "internal-error",
  503: "database-unavailable",
};

/** The errors that any route may answer, as OpenAPI's `components.examples`, by reason. */
export function commonExamples(profile: TagProfile): Json {
  const { errors } = readRecordedExamples();
  const reasons = new Set([...Object.values(COMMON), "no-such-image"]);
  return Object.fromEntries(
    [...reasons].toSorted().map((reason) => {
      const body = errors[reason];
      if (body === undefined) throw new Error(`No error of the reason ${reason} is recorded.`);
      return [reason, errorExample(body, profile)];
    }),
  );
}

/** The examples of a route, by its dotted name. */
export function examplesOf(name: string, route: AppRoute, profile: TagProfile): RouteExamples {
  const found = readRecordedExamples().routes[name];
  if (found === undefined) throw new Error(`The route ${name} has no recorded example.`);
  const exchanges = Object.entries({ ...found.exchanges, ...UNSERVED_EXCHANGES[name] });
  return {
    pathParameter: (parameter) => exchanges.map(([, { request }]) => request.path[parameter]).find(Boolean),
    request: (mediaType) =>
      Object.fromEntries(
        exchanges
          .filter(([, { request }]) => request.type === mediaType)
          .map(([key, { summary, request }]) => [key, { summary, value: request.body }]),
      ),
    reply: (status) =>
      status < 400
        ? Object.fromEntries(
            exchanges
              .filter(([, exchange]) => exchange.status === status && exchange.reply !== undefined)
              .map(([key, exchange]) => [key, replyExample(route, exchange)]),
          )
        : errorExamples(route, status, found.errors, profile),
  };
}

function replyExample({ method }: AppRoute, { summary, request, reply }: RecordedExchange): Json {
  const headers = Object.entries(request.headers ?? {}).map(([name, value]) => ` with \`${name}: ${value}\``);
  return { summary, description: `\`${method} ${request.target}\`${headers.join("")}`, value: reply?.body };
}

function errorExamples(
  { path }: AppRoute,
  status: number,
  own: Readonly<Record<string, RecordedError>>,
  profile: TagProfile,
): Json {
  const recorded = Object.entries(own).filter(([reason]) => factsOf(reason)?.status === status);
  if (recorded.length > 0)
    return Object.fromEntries(recorded.map(([reason, body]) => [reason, errorExample(body, profile)]));
  const common = status === 404 && path.includes(":image_id") ? "no-such-image" : COMMON[status];
  if (common === undefined) throw new Error(`No error of status ${status} is recorded for ${path}.`);
  return { [common]: { $ref: `#/components/examples/${common}` } };
}

/** An error as the profile answers it. They differ in the code alone. */
function errorExample(body: RecordedError, profile: TagProfile): Json {
  const facts = factsOf(body.error.reason);
  const code = profile === "ims" ? facts?.imsCode : undefined;
  const value = code === undefined ? body : { ...body, error: { ...body.error, code } };
  return { summary: facts?.cause, value };
}

function factsOf(reason: string): ErrorFacts | undefined {
  return Object.entries<ErrorFacts>(ERROR_REASONS).find(([name]) => name === reason)?.[1];
}
