import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { createServer as createSecureServer } from "node:https";
import type { AddressInfo, Socket } from "node:net";

/** A request as it arrived at the stand-in. */
export interface Arrived {
  readonly method: string;
  readonly url: string;
  readonly rawHeaders: readonly string[];
  /** By lower-case name, joined by Node. */
  readonly headers: IncomingMessage["headers"];
  body: string;
  /** How the body ended: whole, or broken off. `undefined` before that. */
  ended: "whole" | "broken" | undefined;
  readonly socket: Socket;
}

/** What a stand-in does with a request, once its headers are there. */
export type Play = (request: IncomingMessage, response: ServerResponse) => void;

/** Stands for glance-api on a real port. It notes what arrives, and answers as it is told. */
export interface GlanceStandIn extends AsyncDisposable {
  readonly url: string;
  readonly port: number;
  readonly arrived: Arrived[];
  /** The connections that have been made to it. */
  readonly connections: () => number;
  /** Sets what it does from now on. */
  play(play: Play): void;
  /** Closes every connection that is open. */
  cut(): void;
  close(): Promise<void>;
  /** Listens again at its port. */
  reopen(): Promise<void>;
}

/** Answers 200 with what was asked for, when the body has come. */
export const ECHO: Play = (request, response) => {
  request.on("end", () => response.end(`${request.method} ${request.url}`)).resume();
};

/** Starts one on a free port of 127.0.0.1. It speaks TLS with a key and certificate. */
export async function startGlanceStandIn(
  play: Play = ECHO,
  tls?: { readonly key: string; readonly cert: string },
): Promise<GlanceStandIn> {
  const arrived: Arrived[] = [];
  let current = play;
  let connections = 0;
  const answer: Play = (request, response) => {
    const { method = "", url = "", rawHeaders, headers, socket } = request;
    const noted: Arrived = { method, url, rawHeaders, headers, body: "", ended: undefined, socket };
    arrived.push(noted);
    request.on("data", (chunk: Buffer) => (noted.body += chunk.toString("latin1")));
    request.pause();
    request.on("end", () => (noted.ended = "whole"));
    request.on("close", () => (noted.ended ??= "broken"));
    request.on("error", () => undefined);
    current(request, response);
  };
  const server: Server = tls === undefined ? createServer() : createSecureServer(tls);
  server.on("request", answer).on("checkContinue", answer).keepAliveTimeout = 0;
  server.on("connection", () => (connections += 1));
  const listen = async (port: number): Promise<void> => {
    server.listen(port, "127.0.0.1");
    await once(server, "listening");
  };
  await listen(0);
  const { port } = server.address() as AddressInfo;
  const close = async (): Promise<void> => {
    if (!server.listening) return;
    const closed = once(server, "close");
    server.close();
    server.closeAllConnections();
    await closed;
  };
  return {
    url: `${tls === undefined ? "http" : "https"}://127.0.0.1:${port}`,
    port,
    arrived,
    connections: () => connections,
    play: (next) => void (current = next),
    cut: () => server.closeAllConnections(),
    close,
    reopen: () => listen(port),
    [Symbol.asyncDispose]: close,
  };
}
