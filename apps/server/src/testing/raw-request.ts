import { connect } from "node:net";

/** A reply as it came over the wire. */
export interface RawReply {
  readonly status: number;
  /** By lower-case name. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** A request written byte by byte: no client in between tidies the path or adds a header. */
export interface RawRequest {
  readonly method: string;
  readonly path: string;
  /** The headers as they are written. Several of one name stay several. */
  readonly headers?: readonly (readonly [string, string])[];
  /** `undefined`: no body, and no `Content-Length`. */
  readonly body?: string;
  /** Sends the body in chunks. */
  readonly chunked?: boolean;
}

/** Sends one request to 127.0.0.1 and reads its reply to the end of the connection. */
export function rawRequest(port: number, request: RawRequest): Promise<RawReply> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, "127.0.0.1");
    const received: Buffer[] = [];
    socket.setTimeout(10_000, () => socket.destroy(new Error("No reply within 10 s.")));
    socket.on("data", (chunk) => received.push(chunk));
    socket.on("error", reject);
    socket.on("close", () => resolve(parseReply(Buffer.concat(received))));
    socket.write(serialize(request), "latin1");
  });
}

/** A JSON body, read. */
export function jsonOf(reply: RawReply): unknown {
  return JSON.parse(reply.body);
}

function serialize({ method, path, headers = [], body, chunked = false }: RawRequest): string {
  const bytes = Buffer.from(body ?? "", "utf8").toString("latin1");
  const head = [
    `${method} ${Buffer.from(path, "utf8").toString("latin1")} HTTP/1.1`,
    "Host: 127.0.0.1",
    "Connection: close",
    ...headers.map(([name, value]) => `${name}: ${value}`),
  ];
  const hasLength = headers.some(([name]) => name.toLowerCase() === "content-length");
  if (chunked) {
    const chunks = bytes === "" ? "" : `${bytes.length.toString(16)}\r\n${bytes}\r\n`;
    return `${[...head, "Transfer-Encoding: chunked"].join("\r\n")}\r\n\r\n${chunks}0\r\n\r\n`;
  }
  if (body !== undefined && !hasLength) head.push(`Content-Length: ${bytes.length}`);
  return `${head.join("\r\n")}\r\n\r\n${bytes}`;
}

function parseReply(bytes: Buffer): RawReply {
  const end = bytes.indexOf("\r\n\r\n");
  const [statusLine = "", ...lines] = bytes.subarray(0, end).toString("latin1").split("\r\n");
  const headers: Record<string, string> = {};
  for (const line of lines) {
    const colon = line.indexOf(":");
    headers[line.slice(0, colon).toLowerCase()] = line.slice(colon + 1).trim();
  }
  const body = bytes.subarray(end + 4);
  return {
    status: Number(statusLine.split(" ")[1]),
    headers,
    body: headers["transfer-encoding"] === "chunked" ? unchunk(body) : body.toString("utf8"),
  };
}

function unchunk(bytes: Buffer): string {
  const parts: Buffer[] = [];
  let at = 0;
  for (;;) {
    const line = bytes.indexOf("\r\n", at);
    const size = Number.parseInt(bytes.subarray(at, line).toString("latin1"), 16);
    if (line === -1 || size === 0) return Buffer.concat(parts).toString("utf8");
    parts.push(bytes.subarray(line + 2, line + 2 + size));
    at = line + 2 + size + 2;
  }
}
