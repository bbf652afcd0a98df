import { Agent, request } from "node:http";
import { Agent as SecureAgent, request as requestSecurely } from "node:https";

const LIMIT_MS = 60_000;
/** More than a server reads before it begins to work. */
const UPLOAD_PART = 100_000;
const agent = new Agent({ keepAlive: true });
const secureAgent = new SecureAgent({ keepAlive: true });

/** What a server that is not ours sends as JSON. */
export type Json = ReturnType<typeof JSON.parse>;

/** A reply; `body` is its text, read as JSON where it is that. */
interface Reply {
  readonly status: number;
  readonly body: Json;
}

/** An Image API as one caller meets it. */
export interface ImageApi {
  /** The name of the server. */
  readonly name: string;
  readonly send: (method: string, path: string, body?: unknown, type?: string) => Promise<Reply>;
  /** Sends a part of an image's data, and the rest at the end, or breaks it off. */
  readonly startUpload: (id: string) => { finish: (rest?: Buffer) => Promise<Reply>; abort: () => void };
  /** Makes an image and gives its id. */
  readonly create: (image: Record<string, unknown>) => Promise<string>;
  /** Gives an image with its tags sorted. */
  readonly show: (id: string) => Promise<Json>;
  /** Gives the tags of an image, sorted. */
  readonly tags: (id: string) => Promise<string[]>;
  readonly patch: (id: string, changes: unknown[]) => Promise<Reply>;
  /** Gives the status. */
  readonly addTag: (id: string, tag: string) => Promise<number>;
  /** The status. */
  readonly removeTag: (id: string, tag: string) => Promise<number>;
}

/**
 * Speaks to a server as it is: paths arrive as they are written here, which `fetch` does not grant. `ca` is what the
 * certificate of an https URL is checked by.
 */
export function imageApi(name: string, url: string, token: string, ca?: string): ImageApi {
  function begin(method: string, path: string, headers: Record<string, string | number>) {
    const { hostname, port } = new URL(url);
    const options = {
      hostname,
      port,
      method,
      path,
      headers: { "X-Auth-Token": token, Accept: "application/json", ...headers },
      signal: AbortSignal.timeout(LIMIT_MS),
    };
    const sent =
      ca === undefined
        ? request({ ...options, agent })
        : requestSecurely({ ...options, agent: secureAgent, ca });
    const reply: Promise<Reply> = new Promise((resolve, reject) => {
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

  const send: ImageApi["send"] = (method, path, body, type = "application/json") => {
    const text = body === undefined || typeof body === "string" ? body : JSON.stringify(body);
    const bytes = text === undefined ? undefined : Buffer.from(text);
    const about = bytes && { "Content-Type": type, "Content-Length": bytes.length };
    const { sent, reply } = begin(method, path, about ?? {});
    sent.end(bytes);
    return reply;
  };

  const show = async (id: string) => {
    const { status, body } = await send("GET", `/v2/images/${id}`);
    if (status !== 200) throw new Error(`${name} shows image ${id} with ${status}: ${JSON.stringify(body)}`);
    return { ...body, tags: body.tags.toSorted() };
  };
  const tagPath = (id: string, tag: string) => `/v2/images/${id}/tags/${encodeURIComponent(tag)}`;

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
        finish: (rest = Buffer.alloc(UPLOAD_PART)) => {
          sent.end(rest);
          return reply;
        },
        abort: () => sent.destroy(),
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

function read(text: string) {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
