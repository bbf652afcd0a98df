import { Agent, request } from "node:http";

const LIMIT_MS = 60_000;
/** More than a server reads before it begins to work. */
const UPLOAD_PART = 100_000;
const agent = new Agent({ keepAlive: true });

/**
 * A reply; `body` is its text, read as JSON where it is that.
 * @typedef {{ status: number, body: any }} Reply
 *
 * An Image API as one caller meets it.
 * @typedef {object} ImageApi
 * @property {string} name of the server
 * @property {(method: string, path: string, body?: unknown, type?: string) => Promise<Reply>} send
 * @property {(id: string) => { finish: () => Promise<Reply> }} startUpload sends a part of an image's data, and the rest at the end
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
  /**
   * @param {string} method
   * @param {string} path
   * @param {Record<string, string | number>} headers
   */
  function begin(method, path, headers) {
    const { hostname, port } = new URL(url);
    const sent = request({
      agent,
      hostname,
      port,
      method,
      path,
      headers: { "X-Auth-Token": token, Accept: "application/json", ...headers },
      signal: AbortSignal.timeout(LIMIT_MS),
    });
    /** @type {Promise<Reply>} */
    const reply = new Promise((resolve, reject) => {
      sent.on("error", reject);
      sent.on("response", (response) => {
        let text = "";
        response.setEncoding("utf8").on("data", (chunk) => (text += chunk));
        response.on("error", reject);
        response.on("end", () => resolve({ status: response.statusCode ?? 0, body: read(text) }));
      });
    });
    return { sent, reply };
  }

  /** @type {ImageApi["send"]} */
  const send = (method, path, body, type = "application/json") => {
    const text = body === undefined || typeof body === "string" ? body : JSON.stringify(body);
    const bytes = text === undefined ? undefined : Buffer.from(text);
    const about = bytes && { "Content-Type": type, "Content-Length": bytes.length };
    const { sent, reply } = begin(method, path, about ?? {});
    sent.end(bytes);
    return reply;
  };

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
    startUpload: (id) => {
      const type = { "Content-Type": "application/octet-stream" };
      const { sent, reply } = begin("PUT", `/v2/images/${id}/file`, type);
      // An upload that breaks is told by `finish`, whenever that is called.
      reply.catch(() => {});
      sent.write(Buffer.alloc(UPLOAD_PART));
      return {
        finish: () => {
          sent.end(Buffer.alloc(UPLOAD_PART));
          return reply;
        },
      };
    },
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
