import { createServer, request, type IncomingMessage, type ServerResponse } from "node:http";
import { once } from "node:events";
import type { AddressInfo } from "node:net";

/** Stands between the command and a server. */
export interface Proxy extends AsyncDisposable {
  readonly url: string;
  /** The requests that came, as `METHOD /path`. */
  readonly requests: readonly string[];
}

/** What a proxy does with a request before it hands it on; `true` when it has answered it by itself. */
export type Intervention = (message: IncomingMessage, response: ServerResponse) => Promise<boolean> | boolean;

/** Starts a proxy before a server, on a free port of 127.0.0.1. */
export async function startProxy(target: string, intervene: Intervention): Promise<Proxy> {
  const requests: string[] = [];
  const server = createServer((message, response) => {
    requests.push(`${message.method ?? ""} ${message.url ?? ""}`);
    void (async () => {
      if (await intervene(message, response)) return;
      const { method, headers } = message;
      const onward = request(
        new URL(message.url ?? "/", target),
        { method: method ?? "GET", headers },
        (reply) => {
          response.writeHead(reply.statusCode ?? 502, reply.headers);
          reply.pipe(response);
        },
      );
      onward.on("error", () => response.destroy());
      message.pipe(onward);
    })();
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  // A server on TCP has an address with a port.
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    requests,
    async [Symbol.asyncDispose]() {
      server.close();
      server.closeAllConnections();
      await once(server, "close");
    },
  };
}

/** Stands before a server that plans no changes of many images, as a plain Glance; other requests are intervened in as given. */
export function withoutPlans(intervene: Intervention = () => false): Intervention {
  return (message, response) => {
    if (message.url !== "/v2/tag-actions") return intervene(message, response);
    response.writeHead(404, { "Content-Type": "text/html" }).end("<html><h1>404 Not Found</h1></html>");
    return true;
  };
}
