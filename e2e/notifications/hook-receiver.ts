import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:http";
import { Webhook } from "standardwebhooks";

/** A receiver of webhooks, which verifies each. */
export interface HookReceiver extends AsyncDisposable {
  readonly url: string;
  readonly secret: string;
  /** The ids of what came and was verified, in its order. */
  readonly ids: readonly string[];
  readonly refused: readonly string[];
}

export async function openHookReceiver(): Promise<HookReceiver> {
  const secret = `whsec_${randomBytes(32).toString("base64")}`;
  const webhook = new Webhook(secret);
  const [ids, refused]: [string[], string[]] = [[], []];
  const server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on("data", (part: Buffer) => parts.push(part));
    request.on("end", () => {
      const headers = Object.entries(request.headers).map(([name, value]) => [name, String(value)] as const);
      try {
        webhook.verify(Buffer.concat(parts).toString("utf8"), Object.fromEntries(headers));
        ids.push(String(request.headers["webhook-id"]));
        response.writeHead(204).end();
      } catch (error) {
        refused.push(String(error));
        response.writeHead(401).end();
      }
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("A TCP server has a port.");
  return {
    url: `http://127.0.0.1:${address.port}/hooks`,
    secret,
    ids,
    refused,
    async [Symbol.asyncDispose]() {
      server.close();
      server.closeAllConnections();
      await once(server, "close");
    },
  };
}
