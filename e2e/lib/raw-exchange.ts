import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { connect as connectSecurely } from "node:tls";

/** How long nothing may come, in milliseconds. A transfer that is meant to stand still takes longer than a minute. */
const PATIENCE = 150_000;

/** A request that is written byte by byte: no client in between tidies its path or its method. */
export interface WrittenRequest {
  readonly method: string;
  readonly target: string;
  readonly headers?: readonly (readonly [name: string, value: string])[];
  readonly body?: string;
}

/** A reply to its end. */
export interface RawReply {
  /** 0: none came. */
  readonly status: number;
  /** The status line and the headers. */
  readonly head: string;
  /** All that came after the head, chunks as they were written. */
  readonly body: string;
}

/** A port of 127.0.0.1, and what its certificate is checked by where it speaks TLS, in PEM. */
export interface Place {
  readonly port: number;
  readonly ca?: string | undefined;
}

/** Connects, and checks the certificate. */
export async function openConnection({ port, ca }: Place): Promise<Socket> {
  const host = "127.0.0.1";
  const socket = ca === undefined ? connect({ host, port }) : connectSecurely({ host, port, ca });
  socket.setTimeout(PATIENCE, () => socket.destroy(new Error("Nothing came.")));
  await once(socket, ca === undefined ? "connect" : "secureConnect");
  return socket;
}

/** The head of a request, after whose reply the connection is closed. */
export function headOf({ method, target, headers = [], body }: WrittenRequest): string {
  const length = body === undefined ? [] : [`Content-Length: ${Buffer.byteLength(body)}`];
  const given = headers.map(([name, value]) => `${name}: ${value}`);
  return [
    `${method} ${target} HTTP/1.1`,
    "Host: image.example.org",
    "Connection: close",
    ...given,
    ...length,
    "",
    "",
  ].join("\r\n");
}

/** Sends one request and reads its reply to the end of the connection. */
export async function writeRequest(place: Place, request: WrittenRequest): Promise<RawReply> {
  const socket = await openConnection(place);
  socket.write(headOf(request) + (request.body ?? ""), "latin1");
  return await readReply(socket);
}

/** Reads to the end of a connection, however it ends. */
export function readReply(socket: Socket): Promise<RawReply> {
  return new Promise((resolve) => {
    let text = "";
    socket.setEncoding("latin1").on("data", (chunk) => (text += String(chunk)));
    // One that is reset has ended too.
    socket.on("error", () => undefined);
    socket.once("close", () => {
      const end = text.indexOf("\r\n\r\n");
      const status = Number(text.split(" ", 2)[1] ?? 0);
      if (end === -1) resolve({ status, head: text, body: "" });
      else resolve({ status, head: text.slice(0, end), body: text.slice(end + 4) });
    });
  });
}
