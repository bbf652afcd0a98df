import { GlanceCall } from "./glance-call.ts";
import type { GlanceServers, RequestHead } from "./glance-servers.ts";
import { readWhole } from "./read-whole.ts";

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
      onConnected: (upstream) => upstream.end(body),
      onTimeout: giveUp,
      onReply: (reply) => {
        const requestId = reply.headers["x-openstack-request-id"];
        readWhole(reply, MOST_BYTES).then(
          (bytes) =>
            resolve({
              status: reply.statusCode ?? 0,
              rawHeaders: reply.rawHeaders,
              requestId: typeof requestId === "string" ? requestId : undefined,
              body: bytes,
            }),
          (error: unknown) => fail("Glance's reply broke off.", error),
        );
      },
      onFailure: (error) => fail("Glance cannot be reached.", error),
    });
    patience?.addEventListener("abort", giveUp, { once: true });
  });
}
