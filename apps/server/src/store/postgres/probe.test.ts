import { once } from "node:events";
import { createServer } from "node:net";
import { expect, test } from "vitest";
import { PostgresProbe } from "./probe.ts";

/** What PostgreSQL says to whoever comes while it starts. Source: PostgreSQL, "Message Formats", ErrorResponse. */
const STARTING = errorResponse({
  S: "FATAL",
  V: "FATAL",
  C: "57P03",
  M: "the database system is starting up",
});

test("a server that refused a probe as it was starting has answered once, and not for ever", async () => {
  const server = createServer((socket) => {
    socket.on("error", () => undefined);
    socket.once("data", () => socket.end(STARTING));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("A TCP server has a port.");
  const probe = new PostgresProbe(
    { host: "127.0.0.1", port: address.port, user: "glance", database: "glance" },
    1_000,
  );
  await probe.ask();
  await expect(probe.ask()).rejects.toThrow("The connection is over.");
  probe.close();
  server.close();
});

function errorResponse(fields: Readonly<Record<string, string>>): Buffer {
  const text = Object.entries(fields).map(([name, value]) => `${name}${value}\0`);
  const body = Buffer.from(`${text.join("")}\0`);
  const head = Buffer.alloc(5);
  head.write("E");
  head.writeInt32BE(body.length + 4, 1);
  return Buffer.concat([head, body]);
}
