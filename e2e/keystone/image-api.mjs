import assert from "node:assert/strict";
import { Agent, request } from "node:http";

const agent = new Agent({ keepAlive: true, maxSockets: 64 });

/**
 * @typedef {object} Reply
 * @property {number} status
 * @property {import("node:http").IncomingHttpHeaders} headers
 * @property {any} json `undefined` where the body is none
 */

/**
 * Asks a server of the Image API. The path is sent as it is written, and so are the headers, of which
 * there may be two of one name.
 * @param {string} url of the server
 * @param {string} method
 * @param {string} path
 * @param {readonly (readonly [string, string])[]} headers
 * @param {object} [body]
 * @returns {Promise<Reply>}
 */
export function send(url, method, path, headers, body) {
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

/**
 * Asks with a token.
 * @param {string} url
 * @param {string} method
 * @param {string} path
 * @param {string} token
 * @param {object} [body]
 */
export function as(url, method, path, token, body) {
  const length = body === undefined ? 0 : Buffer.byteLength(JSON.stringify(body));
  /** @type {[string, string][]} */
  const headers = [
    ["Host", new URL(url).host],
    ["X-Auth-Token", token],
    ["Content-Length", String(length)],
  ];
  return send(url, method, path, headers, body);
}

/**
 * Makes an image and returns its id.
 * @param {string} url
 * @param {string} token
 * @param {object} [body]
 * @returns {Promise<string>}
 */
export async function makeImage(url, token, body = {}) {
  const { status, json } = await as(url, "POST", "/v2/images", token, body);
  assert.equal(status, 201, `the image is made: ${JSON.stringify(json)}`);
  return json.id;
}

/**
 * The tags of an image.
 * @param {string} url
 * @param {string} token
 * @param {string} id
 * @returns {Promise<string[]>}
 */
export async function tagsOf(url, token, id) {
  const { json } = await as(url, "GET", `/v2/images/${id}`, token);
  return json.tags.toSorted();
}
