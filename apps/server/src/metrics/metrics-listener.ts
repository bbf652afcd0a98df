import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";

/** What whoever asks may take, in milliseconds: they are few, and near. */
const LIMITS = {
  headersTimeout: 5_000,
  requestTimeout: 5_000,
  keepAliveTimeout: 90_000,
  connectionsCheckingInterval: 1_000,
  maxHeaderSize: 8_192,
};
/** How long a connection may stand still in the midst of a request or its answer, in milliseconds. */
const STANDSTILL = 10_000;
const MOST_CONNECTIONS = 32;

/** An answer to `GET /metrics`, or that there is none just now. */
export interface MetricsText {
  readonly type: string;
  /** `undefined`: the figures could not be read in time. */
  readonly text: string | undefined;
}

/** Where the figures are to be had. */
export interface MetricsListener extends AsyncDisposable {
  /** With the path. */
  readonly url: string;
}

/** Answers `GET /metrics` at an address of its own, and nothing else. Rejects with the system's error. */
export async function listenForMetrics(
  { host, port }: { readonly host: string; readonly port: number },
  read: () => Promise<MetricsText>,
): Promise<MetricsListener> {
  const server = createServer(LIMITS, answering(read));
  server.maxConnections = MOST_CONNECTIONS;
  server.setTimeout(STANDSTILL);
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject).listen(port, host, () => {
      server.off("error", reject);
      resolve();
    });
  });
  return {
    url: urlOf(server),
    [Symbol.asyncDispose]: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function answering(read: () => Promise<MetricsText>): RequestListener {
  return (request, response) => {
    // A body is not read: the connection ends with the answer.
    if (!request.complete && request.headers["content-length"] !== undefined)
      response.setHeader("Connection", "close");
    const path = request.url?.split("?", 1)[0];
    if (request.method !== "GET" || path !== "/metrics") {
      end(404, "text/plain; charset=utf-8", "Only GET /metrics is answered here.\n");
      return;
    }
    read().then(
      ({ type, text }) =>
        text === undefined
          ? end(503, "text/plain; charset=utf-8", "The figures could not be read in time.\n")
          : end(200, type, text),
      () => end(500, "text/plain; charset=utf-8", "The figures could not be read.\n"),
    );

    function end(status: number, type: string, text: string): void {
      const headers = { "Content-Type": type, "Content-Length": Buffer.byteLength(text) };
      response.writeHead(status, { ...headers, "X-Content-Type-Options": "nosniff" }).end(text);
    }
  };
}

function urlOf(server: Server): string {
  const found: AddressInfo | string | null = server.address();
  if (found === null || typeof found === "string") throw new Error("The metrics listener does not listen.");
  const host = found.family === "IPv6" ? `[${found.address}]` : found.address;
  return `http://${host}:${found.port}/metrics`;
}
