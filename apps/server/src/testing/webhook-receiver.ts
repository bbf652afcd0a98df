import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { Webhook } from "standardwebhooks";

/** A webhook as it came, its signature verified. */
export interface ReceivedWebhook {
  readonly headers: IncomingMessage["headers"];
  readonly event: Readonly<Record<string, unknown>> & { readonly data: Readonly<Record<string, unknown>> };
}

/** A receiver of webhooks on a real port, which verifies what comes as Standard Webhooks' own library does. */
export interface WebhookReceiver extends AsyncDisposable {
  readonly url: string;
  readonly secret: string;
  /** What came and was verified, in its order. */
  readonly came: readonly ReceivedWebhook[];
  /** What could not be verified, and why. */
  readonly refused: readonly string[];
  /** Decides what is answered from now on. Without that it is 204. */
  answer(play: (received: ReceivedWebhook, response: ServerResponse) => void): void;
}

export async function openReceiver(): Promise<WebhookReceiver> {
  const secret = `whsec_${randomBytes(32).toString("base64")}`;
  const webhook = new Webhook(secret);
  const came: ReceivedWebhook[] = [];
  const refused: string[] = [];
  let play = (_: ReceivedWebhook, response: ServerResponse): void => void response.writeHead(204).end();
  const server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on("data", (part: Buffer) => parts.push(part));
    request.on("end", () => {
      try {
        const headers = Object.fromEntries(
          Object.entries(request.headers).map(([name, value]) => [name, String(value)]),
        );
        const event = webhook.verify(
          Buffer.concat(parts).toString("utf8"),
          headers,
        ) as ReceivedWebhook["event"];
        const received = { headers: request.headers, event };
        came.push(received);
        play(received, response);
      } catch (error) {
        refused.push(String(error));
        response.writeHead(400).end();
      }
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/hooks`,
    secret,
    came,
    refused,
    answer: (next) => void (play = next),
    async [Symbol.asyncDispose]() {
      server.close();
      server.closeAllConnections();
      await once(server, "close");
    },
  };
}
