import type { TakePart } from "./plain-connections.ts";
import type { PlainHead } from "./plain-head.ts";
import { endToEnd } from "./end-to-end-headers.ts";
import { MOST_WAITING } from "./pump.ts";
import { beginReply, isRewritable, type Relay } from "./relay-reply.ts";
import { withoutBodyHeaders } from "./request-headers.ts";
import { observer } from "../observer.ts";

/** Begins a plain reply of Glance's, and sends on the body that what is returned takes. `resume` asks for more of it. */
export function relayPlain(relay: Relay, head: PlainHead, resume: () => void): TakePart {
  const { request, response, rewrite } = relay;
  const wanted = request.method !== "HEAD" && isRewritable(head) ? rewrite?.(head) : undefined;
  if (wanted !== undefined) {
    const parts: Uint8Array[] = [];
    return (bytes, isLast) => {
      observer?.passed("from-glance", bytes.length);
      parts.push(bytes);
      if (!isLast) return true;
      const body = Buffer.concat(parts);
      const other = wanted(body) ?? body;
      const headers = withoutBodyHeaders(endToEnd(head.rawHeaders));
      beginReply(relay, head, [...headers, "Content-Length", String(other.length)]);
      response.end(other);
      return true;
    };
  }
  beginReply(relay, head, endToEnd(head.rawHeaders));
  let waits = false;
  return (bytes, isLast, done) => {
    observer?.passed("from-glance", bytes.length);
    if (isLast) {
      if (waits) response.off("drain", resume);
      response.end(bytes, done);
      return true;
    }
    // The head does not wait for a body that takes its time.
    if (bytes.length === 0) response.flushHeaders();
    else if (!response.write(bytes, done) && response.writableLength > MOST_WAITING) {
      if (!waits) response.on("drain", resume);
      waits = true;
      return false;
    }
    return true;
  };
}
