import { createServer, type IncomingHttpHeaders, type ServerResponse } from "node:http";
import type { ErrorReason } from "@imagetags/contract";
import { createClient, type Client, type EndpointOptions } from "../client.ts";

/** A request as it came over the wire. */
export interface Arrival {
  readonly method: string;
  /** The request target of the request line, undecoded. */
  readonly target: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** Answers a request, or does not. */
export type Answer = (response: ServerResponse, arrival: Arrival) => void;

/** Answers every request alike. */
export type PlainAnswer = (response: ServerResponse) => void;

export interface TestServer extends AsyncDisposable {
  /** `http://127.0.0.1:<port>` */
  readonly endpoint: string;
  /** Every request that came, in order. */
  readonly arrivals: readonly Arrival[];
  /** A client of this server, which repeats nothing unless the options say so. */
  client(options?: Partial<EndpointOptions>): Client;
}

/** The token that the clients of test servers send. */
export const TOKEN = "gAAAAABtestServerToken-_0123456789";

/** A real HTTP server on a free port, which goes away with the scope: `await using server = ...`. */
export async function startTestServer(answer: Answer = noContent): Promise<TestServer> {
  const arrivals: Arrival[] = [];
  const server = createServer((request, response) => {
    let body = "";
    request.setEncoding("utf8");
    request.on("data", (part: string) => (body += part));
    request.on("end", () => {
      const { method = "", url = "", headers } = request;
      const arrival = { method, target: url, headers, body };
      arrivals.push(arrival);
      answer(response, arrival);
    });
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));

  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("The test server has no port.");
  const endpoint = `http://127.0.0.1:${address.port}`;
  return {
    endpoint,
    arrivals,
    client: (options) => createClient({ endpoint, token: TOKEN, retry: false, ...options }),
    [Symbol.asyncDispose]: () =>
      new Promise<void>((closed) => {
        server.close(() => closed());
        server.closeAllConnections();
      }),
  };
}

/** Answers as the removal of a tag does. */
export const noContent: PlainAnswer = (response) => response.writeHead(204).end();

/** Answers with these bytes. */
export function text(status: number, contentType: string, body: string): PlainAnswer {
  return (response) => response.writeHead(status, { "Content-Type": contentType }).end(body);
}

/** Answers with this value as JSON. */
export function json(status: number, body: unknown): PlainAnswer {
  return text(status, "application/json", JSON.stringify(body));
}

/** The body of an error as the contract has it; without a reason, as servers other than ours send it. */
export function errorOf(status: number, title: string, message: string, reason?: ErrorReason) {
  return { error: { code: status, title, message, ...(reason === undefined ? {} : { reason }) } };
}

/** Settles a promise that should reject, and gives what it rejected with. */
export async function rejection(promise: Promise<unknown>): Promise<unknown> {
  try {
    await promise;
  } catch (error) {
    return error;
  }
  throw new Error("The promise was expected to reject.");
}

/** Calls a route as JavaScript can, past its types. */
export async function untypedCall(route: (...input: never) => unknown, input?: unknown): Promise<unknown> {
  const reply: unknown = await Reflect.apply(route, undefined, [input]);
  return reply;
}
