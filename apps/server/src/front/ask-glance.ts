import type { IncomingMessage } from "node:http";
import { GlanceCall } from "./glance-call.ts";
import type { GlanceServers, RequestHead } from "./glance-servers.ts";
import { readWhole } from "./read-whole.ts";
import { observer } from "../observer.ts";

/** A whole reply of Glance's. */
export interface GlanceReply {
  readonly status: number;
  /** Names and values in turn. */
  readonly rawHeaders: readonly string[];
  readonly requestId: string | undefined;
  readonly body: Buffer;
}

/** Glance cannot be reached, broke off, or stood still. Nobody knows what became of the request. */
export class GlanceUnavailable extends Error {
  override readonly name = "GlanceUnavailable";
}

/** The most bytes of a reply. */
const MOST_BYTES = 16 * 1024 * 1024;

/** Asks Glance, and reads the reply to its end. Rejects with a {@link GlanceUnavailable}. */
export function askGlance(
  glance: GlanceServers,
  head: RequestHead,
  body?: Buffer,
  patience?: AbortSignal,
): Promise<GlanceReply> {
  return new Promise((resolve, reject) => {
    const fail = (message: string, cause?: unknown): void =>
      reject(new GlanceUnavailable(message, { cause }));
    const giveUp = (): void => {
      call.abort();
      fail("Glance did not answer in time.");
    };
    const call = new GlanceCall(glance, head, body !== undefined, {
      onConnected: (upstream) => {
        if (body !== undefined) observer?.passed("to-glance", body.length);
        upstream.end(body);
      },
      onTimeout: giveUp,
      onReply: (reply) => {
        readWhole(reply, MOST_BYTES).then(
          (bytes) => resolve(replyWith(reply, bytes)),
          (error: unknown) => fail("Glance's reply broke off.", error),
        );
      },
      onFailure: (error) => fail("Glance cannot be reached.", error),
    });
    patience?.addEventListener("abort", giveUp, { once: true });
  });
}

function replyWith({ statusCode = 0, rawHeaders, headers }: IncomingMessage, body: Buffer): GlanceReply {
  observer?.passed("from-glance", body.length);
  const requestId = headers["x-openstack-request-id"];
  return {
    status: statusCode,
    rawHeaders,
    requestId: typeof requestId === "string" ? requestId : undefined,
    body,
  };
}
