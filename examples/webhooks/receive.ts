// Takes webhooks of the server, and prints a line for each change of a tag.
// Usage: WEBHOOK_SECRET=whsec_... node examples/webhooks/receive.ts [PORT]
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { Webhook } from "standardwebhooks";

const LONGEST_BODY = 64 * 1024;
/** Ids are remembered for longer than the library takes a timestamp for: five minutes. */
const REMEMBERED = 10_000;

const secret = process.env["WEBHOOK_SECRET"];
if (secret === undefined) {
  process.stderr.write("Usage: WEBHOOK_SECRET=whsec_... node examples/webhooks/receive.ts [PORT]\n");
  process.exit(2);
}
const webhook = new Webhook(secret);
const known = new Set<string>();

const server = createServer((request, response) => {
  // Whoever breaks off sends it again.
  receive(request, response).catch(() => response.destroy());
});
server.listen(Number(process.argv[2] ?? 8080), "127.0.0.1", () => {
  const address = server.address();
  if (typeof address === "object") process.stderr.write(`Listening at port ${address?.port}.\n`);
});

async function receive(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const body = await readBody(request);
  if (body === undefined) return void response.writeHead(413, { connection: "close" }).end();
  let event: unknown;
  try {
    // The signature is of the bytes as they came: they are not read before.
    event = webhook.verify(body, textHeaders(request.headers));
  } catch {
    return void response.writeHead(401).end();
  }
  const id = String(request.headers["webhook-id"]);
  if (!known.has(id)) {
    // A program of more than an example writes it down here, before it answers: what is answered with 2xx does not come again.
    process.stdout.write(`${lineOf(event)}\n`);
    known.add(id);
    const [oldest] = known;
    if (known.size > REMEMBERED && oldest !== undefined) known.delete(oldest);
  }
  response.writeHead(204).end();
}

async function readBody(parts: AsyncIterable<Buffer>): Promise<string | undefined> {
  const read: Buffer[] = [];
  let length = 0;
  for await (const part of parts) {
    length += part.length;
    if (length > LONGEST_BODY) return undefined;
    read.push(part);
  }
  return Buffer.concat(read).toString("utf8");
}

function textHeaders(headers: NodeJS.Dict<string | string[]>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]));
}

function lineOf(event: unknown): string {
  const data = field(event, "data");
  const [action, tag, image, user] = ["action", "tag", "image_id", "user_id"].map((name) =>
    field(data, name),
  );
  const way = action === "added" ? "to" : "from";
  return `${String(field(event, "time"))} ${String(tag)} ${String(action)} ${way} ${String(image)} by ${String(user)}`;
}

function field(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null ? Reflect.get(value, name) : undefined;
}
