/** A reply as it came. */
export interface Reply {
  readonly status: number;
  /** By lower-case name. */
  readonly headers: ReadonlyMap<string, string>;
  readonly body: Buffer;
}

/** What came on a connection: whole replies, and what is left of one that broke off. */
export interface Replies {
  readonly replies: readonly Reply[];
  readonly rest: Buffer;
}

/**
 * Splits what came into replies; `methods` are those of the requests, in order, for the reply to HEAD has no body.
 * Throws where a reply is not well-formed.
 */
export function splitReplies(bytes: Buffer, methods: readonly string[]): Replies {
  const replies: Reply[] = [];
  let rest = bytes;
  for (;;) {
    const end = rest.indexOf("\r\n\r\n");
    if (end === -1) break;
    const [statusLine = "", ...lines] = rest.subarray(0, end).toString("latin1").split("\r\n");
    const status = Number(/^HTTP\/1\.1 (\d{3}) /.exec(statusLine)?.[1]);
    if (!(status >= 100)) throw new Error(`This is no reply: ${JSON.stringify(statusLine.slice(0, 200))}`);
    const headers = new Map<string, string>();
    for (const line of lines) {
      const colon = line.indexOf(":");
      if (colon < 1) throw new Error(`This is no header: ${JSON.stringify(line.slice(0, 200))}`);
      headers.set(line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim());
    }
    const final = replies.filter((reply) => reply.status >= 200).length;
    const none = status < 200 || status === 204 || status === 304 || methods[final] === "HEAD";
    const body = none ? { bytes: Buffer.alloc(0), taken: 0 } : bodyOf(rest.subarray(end + 4), headers);
    if (body === undefined) break;
    replies.push({ status, headers, body: body.bytes });
    rest = rest.subarray(end + 4 + body.taken);
  }
  return { replies, rest };
}

/** `undefined`: it is not whole. */
function bodyOf(
  bytes: Buffer,
  headers: ReadonlyMap<string, string>,
): { bytes: Buffer; taken: number } | undefined {
  if (headers.get("transfer-encoding") !== "chunked") {
    const length = Number(headers.get("content-length") ?? Number.NaN);
    if (Number.isNaN(length)) throw new Error("A reply has neither a length nor chunks.");
    return bytes.length < length ? undefined : { bytes: bytes.subarray(0, length), taken: length };
  }
  const parts: Buffer[] = [];
  for (let at = 0; ;) {
    const line = bytes.indexOf("\r\n", at);
    if (line === -1) return undefined;
    const size = Number.parseInt(bytes.subarray(at, line).toString("latin1"), 16);
    const next = line + 2 + size + 2;
    if (next > bytes.length) return undefined;
    if (size === 0) return { bytes: Buffer.concat(parts), taken: next };
    parts.push(bytes.subarray(line + 2, line + 2 + size));
    at = next;
  }
}
