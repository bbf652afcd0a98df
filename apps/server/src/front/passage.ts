import type { ClientRequest, IncomingMessage, ServerResponse } from "node:http";
import { errorReply, type ErrorReply } from "../http/errors.ts";
import { REQUEST_ID_HEADER, requestIdFor } from "../http/pipeline/request-id.ts";
import { hasBody } from "../http/wire/end-reply.ts";
import { sendError } from "../http/wire/send.ts";
import { GlanceCall } from "./glance-call.ts";
import type { GlanceServers } from "./glance-servers.ts";
import { GLANCE_UNAVAILABLE } from "./glance-unavailable.ts";
import type { TakePart } from "./plain-connections.ts";
import type { PlainHead } from "./plain-head.ts";
import { pump } from "./pump.ts";
import { relayPlain } from "./relay-plain.ts";
import { relayReply, type RewriteReply } from "./relay-reply.ts";
import { headersWithBody, requestHeaders } from "./request-headers.ts";
import { observer } from "../observer.ts";

/** A request that goes on to Glance. */
export interface Passed {
  readonly glance: GlanceServers;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  /** With the query, byte for byte as it came. */
  readonly path: string;
  /** The body, where it has been read already. */
  readonly body?: Buffer;
  /** Puts another body in the place of a reply's. */
  readonly rewrite?: RewriteReply;
  /** Is told the id by which the caller and Glance know the request. */
  readonly identify: (requestId: string) => void;
}

/** Sends a request on to Glance as it came, and the reply back as it comes. Both go as fast as they are taken. */
export function passOn(passed: Passed): void {
  const { request, response } = passed;
  const passage = new Passage(passed);
  response.on("timeout", () => passage.callerStandsStill());
  response.once("close", () => passage.end());
  // The reply notices a broken request: it closes with the connection.
  request.on("error", () => undefined);
}

/** One request on its way to Glance and back. */
class Passage {
  readonly #passed: Passed;
  readonly #call: GlanceCall;
  /** Whether a body goes to Glance as it comes. */
  readonly #streams: boolean;
  #upstream: ClientRequest | undefined;
  /** Whether the body has begun to go. */
  #sends = false;
  /** Ends that; what is still to come is read no more. */
  #stop: (() => void) | undefined;

  constructor(passed: Passed) {
    const { glance, request, path, body } = passed;
    this.#passed = passed;
    this.#streams = body === undefined && hasBody(request);
    const headers = body === undefined ? requestHeaders(request) : headersWithBody(request, body);
    this.#call = new GlanceCall(glance, { method: request.method ?? "", path, headers }, hasBody(request), {
      onConnected: (upstream) => this.#connected(upstream),
      onContinue: () => this.#continue(),
      onTimeout: () => this.#glanceStandsStill(),
      onReply: (reply) => this.#answer(reply),
      onPlainReply: (head, resume) => this.#answerPlain(head, resume),
      onCutOff: () => this.#refuse(GLANCE_UNAVAILABLE),
      onFailure: () => this.#refuse(GLANCE_UNAVAILABLE),
    });
  }

  /** Nothing has moved on the caller's connection for the time that it may be silent. */
  callerStandsStill(): void {
    if (this.#passed.response.writableNeedDrain) this.#passed.request.socket.destroy();
    else if (this.#isCallersTurn()) {
      this.#call.abort();
      this.#refuse(errorReply("request-timeout", "The body of the request did not come in time."));
    }
  }

  /** The reply is over, or the caller has left. */
  end(): void {
    if (!this.#passed.response.writableFinished || this.#upstream?.writableFinished === false) {
      this.#call.abort();
    }
  }

  #connected(upstream: ClientRequest): void {
    const { request, body } = this.#passed;
    this.#upstream = upstream;
    if (!this.#streams) {
      if (body !== undefined) observer?.passed("to-glance", body.length);
      upstream.end(body);
      return;
    }
    upstream.flushHeaders();
    if (expectsContinue(request)) {
      // A caller who does not wait for "100 Continue" just begins.
      request.once("readable", () => this.#send());
    } else this.#send();
  }

  #continue(): void {
    if (this.#sends || !expectsContinue(this.#passed.request)) return;
    this.#passed.response.writeContinue();
    this.#send();
  }

  #send(): void {
    const { request, response } = this.#passed;
    if (this.#sends || this.#upstream === undefined || response.headersSent) return;
    this.#sends = true;
    const upstream = this.#upstream;
    this.#stop = pump(request, upstream, "to-glance", () => upstream.end());
  }

  #isCallersTurn(): boolean {
    return this.#sends && !this.#passed.request.complete && this.#upstream?.writableNeedDrain !== true;
  }

  #glanceStandsStill(): void {
    if (this.#isCallersTurn() || this.#passed.response.writableNeedDrain) return;
    this.#call.abort();
    this.#refuse(GLANCE_UNAVAILABLE);
  }

  #answerPlain(head: PlainHead, resume: () => void): TakePart {
    this.#identify(head);
    try {
      return relayPlain(this.#passed, head, resume);
    } catch {
      this.#call.abort();
      this.#refuse(GLANCE_UNAVAILABLE);
      return () => false;
    }
  }

  #identify({ headers }: Pick<IncomingMessage, "headers">): void {
    const id = headers["x-openstack-request-id"];
    if (typeof id === "string") this.#passed.identify(id);
  }

  #answer(reply: IncomingMessage): void {
    const { request } = this.#passed;
    this.#identify(reply);
    // Nobody wants the rest of a body that was answered before its end.
    if (this.#stop !== undefined) {
      this.#stop();
      request.resume();
    }
    const fail = (): void => {
      this.#call.abort();
      this.#refuse(GLANCE_UNAVAILABLE);
    };
    try {
      relayReply(this.#passed, reply, fail);
    } catch {
      // Node reads statuses and reasons that it does not write.
      fail();
    }
  }

  #refuse(refusal: ErrorReply): void {
    const { request, response, identify } = this.#passed;
    if (response.headersSent) {
      request.socket.destroy();
      return;
    }
    this.#stop?.();
    const requestId = requestIdFor(request.headers["x-openstack-request-id"]);
    identify(requestId);
    // Left from a reply that could not be sent on.
    response.statusMessage = "";
    response.setHeader(REQUEST_ID_HEADER, requestId);
    sendError(response, refusal);
  }
}

function expectsContinue({ headers, httpVersion }: IncomingMessage): boolean {
  return httpVersion !== "1.0" && headers.expect?.toLowerCase() === "100-continue";
}
