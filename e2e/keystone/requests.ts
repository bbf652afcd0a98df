import assert from "node:assert/strict";
import { Agent, request, type IncomingHttpHeaders } from "node:http";
import type { Json } from "../lib/image-api.ts";

const agent = new Agent({ keepAlive: true, maxSockets: 64 });

interface Reply {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  /** `undefined` where the body is none. */
  readonly json: Json;
}

/**
 * Asks a server of the Image API. The path is sent as it is written, and so are the headers, of which
 * there may be two of one name. `url` of the server.
 */
export function send(
  url: string,
  method: string,
  path: string,
  headers: readonly (readonly [string, string])[],
  body?: object,
): Promise<Reply> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    const asked = request({ hostname, port, method, path, agent, headers: headers.flat() }, (reply) => {
      let text = "";
      reply.setEncoding("utf8");
      reply.on("data", (part) => (text += part));
      reply.on("error", reject);
      reply.on("end", () => {
        const json = reply.headers["content-type"] === "application/json" ? JSON.parse(text) : undefined;
        resolve({ status: reply.statusCode ?? 0, headers: reply.headers, json });
      });
    });
    asked.on("error", reject);
    asked.end(body === undefined ? undefined : JSON.stringify(body));
  });
}

/** Asks with a token. */
export function as(url: string, method: string, path: string, token: string, body?: object) {
  const length = body === undefined ? 0 : Buffer.byteLength(JSON.stringify(body));
  const headers: [string, string][] = [
    ["Host", new URL(url).host],
    ["X-Auth-Token", token],
    ["Content-Length", String(length)],
  ];
  return send(url, method, path, headers, body);
}

/** Makes an image and returns its id. */
export async function makeImage(url: string, token: string, body: object = {}): Promise<string> {
  const { status, json } = await as(url, "POST", "/v2/images", token, body);
  assert.equal(status, 201, `the image is made: ${JSON.stringify(json)}`);
  return json.id;
}

/** The tags of an image. */
export async function tagsOf(url: string, token: string, id: string): Promise<string[]> {
  const { json } = await as(url, "GET", `/v2/images/${id}`, token);
  return json.tags.toSorted();
}
