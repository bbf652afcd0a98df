import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";
import { TLSSocket } from "node:tls";
import {
  ROOT_CONTEXT,
  SpanKind,
  SpanStatusCode,
  trace,
  type Attributes,
  type Context,
  type Span,
  type TextMapGetter,
  type Tracer,
} from "@opentelemetry/api";
import { W3CTraceContextPropagator } from "@opentelemetry/core";
import { REQUEST_ID_HEADER } from "../http/pipeline/request-id.ts";
import { pathOf } from "../http/wire/canonical-url.ts";
import { HEALTH_PATHS } from "../http/wire/health-paths.ts";
import { withTraceScope, type CallFacts, type TracedCall, type TraceScope } from "../trace-scope.ts";

/** Source: OpenTelemetry, semantic conventions of HTTP spans, `http.request.method`. */
const METHODS: ReadonlySet<string> = new Set(
  "GET HEAD POST PUT DELETE CONNECT OPTIONS TRACE PATCH QUERY".split(" "),
);

const propagator = new W3CTraceContextPropagator();

const getter: TextMapGetter<IncomingMessage["headers"]> = {
  keys: (headers) => Object.keys(headers),
  get: (headers, name) => headers[name],
};

/**
 * Gives each request a span, below the one that its `traceparent` names, and a place for the calls that are made for it. Those
 * who ask about the server's health have none. `routeOf` tells the route of a path, or "other".
 */
export function tracedRequests(
  application: RequestListener,
  tracer: Tracer,
  routeOf: (path: string) => string,
): RequestListener {
  return (request, response) => {
    const path = pathOf(request.url ?? "");
    if (HEALTH_PATHS.has(path)) {
      application(request, response);
      return;
    }
    const route = routeOf(path);
    const { method = "" } = request;
    const known = METHODS.has(method) ? method : "_OTHER";
    const parent = propagator.extract(ROOT_CONTEXT, request.headers, getter);
    const attributes: Attributes = {
      "http.request.method": known,
      "url.path": path,
      "url.scheme": request.socket instanceof TLSSocket ? "https" : "http",
      "network.protocol.version": request.httpVersion,
      ...(route !== "other" && { "http.route": route }),
      ...(request.headers.host !== undefined && { "server.address": request.headers.host }),
      ...(request.socket.remoteAddress !== undefined && {
        "network.peer.address": request.socket.remoteAddress,
      }),
    };
    const name = known === "_OTHER" ? "HTTP" : known;
    const span = tracer.startSpan(
      route === "other" ? name : `${name} ${route}`,
      { kind: SpanKind.SERVER, attributes },
      parent,
    );
    response.once("close", () => endRequest(span, response));
    const scope = new SpanScope(tracer, trace.setSpan(parent, span));
    withTraceScope(scope, () => application(request, response));
  };
}

function endRequest(span: Span, response: ServerResponse): void {
  const id = response.getHeader(REQUEST_ID_HEADER);
  if (typeof id === "string") span.setAttribute("http.response.header.x-openstack-request-id", [id]);
  if (response.headersSent) span.setAttribute("http.response.status_code", response.statusCode);
  if (!response.writableFinished) fail(span, "aborted");
  else if (response.statusCode >= 500) fail(span, String(response.statusCode));
  span.end();
}

function fail(span: Span, reason: string): void {
  span.setAttribute("error.type", reason);
  span.setStatus({ code: SpanStatusCode.ERROR });
}

/** A request's place in its trace. */
class SpanScope implements TraceScope {
  readonly #tracer: Tracer;
  readonly #context: Context;

  constructor(tracer: Tracer, context: Context) {
    this.#tracer = tracer;
    this.#context = context;
  }

  call(name: string, facts: CallFacts): TracedCall {
    const span = this.#tracer.startSpan(name, { kind: SpanKind.CLIENT, attributes: facts }, this.#context);
    const { traceId, spanId, traceFlags } = span.spanContext();
    return {
      traceparent: `00-${traceId}-${spanId}-${traceFlags.toString(16).padStart(2, "0")}`,
      end(status) {
        // A call that was answered may still be broken off.
        if (!span.isRecording()) return;
        if (status !== undefined) span.setAttribute("http.response.status_code", status);
        if (status !== undefined && status >= 400) fail(span, String(status));
        span.end();
      },
      fail(reason) {
        fail(span, reason);
        span.end();
      },
    };
  }
}
