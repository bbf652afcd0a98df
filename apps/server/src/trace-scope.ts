import { AsyncLocalStorage } from "node:async_hooks";

/** What is told of a call of another server, or of the database, by the names of OpenTelemetry's semantic conventions. */
export type CallFacts = Readonly<Record<string, string | number>>;

/** A call that is under way, as traces see it. */
export interface TracedCall {
  /** What the other server is told, so that its part belongs to the same trace. Source: W3C Trace Context. */
  readonly traceparent: string;
  /** It is over, with a status of HTTP where it has one. */
  end(status?: number): void;
  /** It came to nothing, for a reason of few words that are known beforehand. */
  fail(reason: string): void;
}

/** The request for which something is done, as traces see it. */
export interface TraceScope {
  call(name: string, facts: CallFacts): TracedCall;
}

const current = new AsyncLocalStorage<TraceScope>();

/** Does something for a request; all that it leads to finds its place in the trace. */
export function withTraceScope(scope: TraceScope, work: () => void): void {
  current.run(scope, work);
}

/** The request for which something is done, where traces are wanted and it is for one. */
export function traceScope(): TraceScope | undefined {
  return current.getStore();
}
