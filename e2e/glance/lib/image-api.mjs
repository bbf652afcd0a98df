import { Agent, request } from "node:http";

const LIMIT_MS = 60_000;
const agent = new Agent({ keepAlive: true });

/**
 * A reply; `body` is its text, read as JSON where it is that.
 * @typedef {{ status: number, body: any }} Reply
 *
 * An Image API as one caller meets it.
 * @typedef {object} ImageApi
 * @property {string} name of the server
 * @property {(method: string, path: string, body?: unknown, type?: string) => Promise<Reply>} send
 * @property {(image: Record<string, unknown>) => Promise<string>} create an image; its id
 * @property {(id: string) => Promise<any>} show an image, its tags sorted
 * @property {(id: string) => Promise<string[]>} tags of an image, sorted
 * @property {(id: string, changes: unknown[]) => Promise<Reply>} patch
 * @property {(id: string, tag: string) => Promise<number>} addTag the status
 * @property {(id: string, tag: string) => Promise<number>} removeTag the status
 */

/**
 * Speaks to a server as it is: paths arrive as they are written here, which `fetch` does not grant.
 * @param {string} name
 * @param {string} url
 * @param {string} token
 * @returns {ImageApi}
 */
export function imageApi(name, url, token) {
  /** @type {ImageApi["send"]} */
  const send = (method, path, body, type = "application/json") =>
    new Promise((resolve, reject) => {
      const { hostname, port } = new URL(url);
      const bytes =
        body === undefined ? undefined : Buffer.from(typeof body === "string" ? body : JSON.stringify(body));
      const headers = {
        "X-Auth-Token": token,
        Accept: "application/json",
        ...(bytes && { "Content-Type": type, "Content-Length": bytes.length }),
      };
      const signal = AbortSignal.timeout(LIMIT_MS);
      const sent = request({ agent, hostname, port, method, path, headers, signal }, (reply) => {
        let text = "";
        reply.setEncoding("utf8").on("data", (chunk) => (text += chunk));
        reply.on("error", reject);
        reply.on("end", () => resolve({ status: reply.statusCode ?? 0, body: read(text) }));
      });
      sent.on("error", reject);
      sent.end(bytes);
    });

  const show = async (/** @type {string} */ id) => {
    const { status, body } = await send("GET", `/v2/images/${id}`);
    if (status !== 200) throw new Error(`${name} shows image ${id} with ${status}: ${JSON.stringify(body)}`);
    return { ...body, tags: body.tags.toSorted() };
  };
  const tagPath = (/** @type {string} */ id, /** @type {string} */ tag) =>
    `/v2/images/${id}/tags/${encodeURIComponent(tag)}`;

  return {
    name,
    send,
    create: async (image) => {
      const { status, body } = await send("POST", "/v2/images", image);
      if (status !== 201) throw new Error(`${name} creates an image with ${status}: ${JSON.stringify(body)}`);
      return body.id;
    },
    show,
    tags: async (id) => (await show(id)).tags,
    patch: (id, changes) =>
      send("PATCH", `/v2/images/${id}`, changes, "application/openstack-images-v2.1-json-patch"),
    addTag: async (id, tag) => (await send("PUT", tagPath(id, tag))).status,
    removeTag: async (id, tag) => (await send("DELETE", tagPath(id, tag))).status,
  };
}

/** @param {string} text */
function read(text) {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
