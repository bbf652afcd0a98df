import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { text } from "node:stream/consumers";
import { z } from "zod";
import { IMS_CREATED, IMS_IMAGE } from "./documented-replies.ts";

/** Source: Image Management Service, "Deleting a Tag (Native OpenStack API)" and "Adding a Tag (Native OpenStack API)". */
const TAG = /^[A-Za-z0-9_-]+$/;

/** An image of the stand-in. */
export interface ImsImage {
  readonly id: string;
  readonly name: string;
  tags: string[];
  readonly [property: string]: unknown;
}

/** How the regions of the service differ. */
export interface Region {
  /** How long a tag may be. Source: API reference, "Image Tag Format": a key has at most 36 characters. */
  readonly tagLength?: number;
  /** How many tags an image may bear. Source: User Guide, "Managing Image Tags": at most 10. */
  readonly tags?: number;
  /** What is answered for an image that is not there. Source: "Error Codes", IMG.0144, which has the status 400. */
  readonly missingImage?: 400 | 404;
}

/** A service that answers with the examples of the Image Management Service's documents, over images that change. */
export interface StandInIms extends AsyncDisposable {
  /** `http://127.0.0.1:<port>` */
  readonly endpoint: string;
  readonly images: ImsImage[];
}

interface Reply {
  readonly status: number;
  readonly type?: string;
  readonly body?: string;
}

/** An image of the service with these tags, named by its number. */
export function imsImage(number: number, ...tags: string[]): ImsImage {
  const id = `bc6bed6e-ba3a-4447-afcc-${String(number).padStart(12, "0")}`;
  const self = `/v2/images/${id}`;
  return { ...IMS_IMAGE, id, name: `CentOS 7.${number}`, tags, self, file: `${self}/file` };
}

/** Starts one. It knows no filter `os_hidden`, and takes it for a property that no image has. */
export async function startStandInIms(
  images: ImsImage[],
  { tagLength = 255, tags: most = 10, missingImage = 404 }: Region = {},
): Promise<StandInIms> {
  const answer = async (request: IncomingMessage, response: ServerResponse) => {
    const { status, type, body } = answerTo(request.method ?? "", request.url ?? "", await text(request));
    response.writeHead(status, type === undefined ? {} : { "Content-Type": type }).end(body);
  };
  const server = createServer((request, response) => void answer(request, response));
  await once(server.listen(0, "127.0.0.1"), "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("The stand-in has no port.");
  return {
    endpoint: `http://127.0.0.1:${address.port}`,
    images,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };

  function answerTo(method: string, target: string, body: string): Reply {
    const { pathname, searchParams } = new URL(target, "http://host");
    const words = pathname.split("/").map(decodeURIComponent);
    const [, version, collection, id, part, tag] = words;
    if (
      method === "POST" &&
      version === "v2" &&
      words[3] === "images" &&
      words.slice(5).join("/") === "tags/action"
    )
      return act(words[2] ?? "", words[4] ?? "", body);
    if (version !== "v2" || collection !== "images") return notFound;
    if (id === undefined) return method === "POST" ? create(body) : list(searchParams);
    const image = images.find((one) => one.id === id);
    if (image === undefined) return refused(missingImage, "IMG.0144", "The image does not exist.");
    if (part === undefined) return json(200, image);
    return part === "tags" && tag !== undefined ? changeTag(image, method, tag) : notFound;
  }

  function create(body: string): Reply {
    const asked = sentImage.parse(JSON.parse(body));
    const made = { ...IMS_CREATED, ...asked, tags: [] };
    images.push(made);
    return json(201, made);
  }

  function list(query: URLSearchParams): Reply {
    const { limit = "25", marker, ...filters } = Object.fromEntries(query);
    const start = marker === undefined ? 0 : images.findIndex(({ id }) => id === marker) + 1;
    if (marker !== undefined && start === 0) return refused(400, "IMG.0144", "The image does not exist.");
    const fitting = images
      .slice(start)
      .filter((image) => query.getAll("tag").every((tag) => image.tags.includes(tag)))
      .filter((image) =>
        Object.entries(filters).every(
          ([name, value]) => ["tag", "sort_key", "sort_dir"].includes(name) || String(image[name]) === value,
        ),
      );
    const page = fitting.slice(0, Number(limit));
    const last = page.at(-1);
    const more = fitting.length > page.length && last !== undefined;
    const next = more ? { next: `/v2/images?limit=${limit}&marker=${last.id}` } : {};
    return json(200, { schema: "/v2/schemas/images", images: page, first: "/v2/images", ...next });
  }

  /** Source: "Adding or Deleting Image Tags in a Batch". How lists show a tag without a value is not documented. */
  function act(project: string, id: string, body: string): Reply {
    const { action, tags } = sentAction.parse(JSON.parse(body));
    const image = images.find((one) => one.id === id);
    if (image === undefined) return refused(missingImage, "IMG.0144", "The image does not exist.");
    if (project !== image["owner"]) return refused(403, "IMG.0161", "You have no permission.");
    const [longestKey, longestValue] = action === "create" ? [36, 43] : [127, 255];
    const isWrong = tags.some(({ key, value }) => key.length > longestKey || value.length > longestValue);
    const keys = new Set(tags.map(({ key }) => key));
    if (isWrong || keys.size < tags.length) return refused(400, "IMG.0115", "The image tag is invalid.");
    const shown = tags.map(({ key, value }) => (value === "" ? key : `${key}=${value}`));
    const others = image.tags.filter((tag) =>
      action === "create" ? !keys.has(tag.split("=")[0] ?? "") : !shown.includes(tag),
    );
    const after = action === "create" ? [...others, ...shown] : others;
    if (after.length > Math.max(most, image.tags.length))
      return refused(400, "IMG.0116", "The number of image tags exceeds the quota.");
    image.tags = after;
    return { status: 204 };
  }

  function changeTag(image: ImsImage, method: string, tag: string): Reply {
    if (!TAG.test(tag) || tag.length > tagLength)
      return refused(400, "IMG.0115", "The image tag is invalid.");
    const at = image.tags.indexOf(tag);
    if (method === "DELETE" && at === -1) return notFound;
    if (method === "DELETE") image.tags = image.tags.toSpliced(at, 1);
    if (method === "PUT" && at === -1) {
      if (image.tags.length >= most)
        return refused(400, "IMG.0116", "The number of image tags exceeds the quota.");
      image.tags = [...image.tags, tag];
    }
    return { status: 204 };
  }
}

const sentImage = z.looseObject({ name: z.string() });

const sentAction = z.strictObject({
  action: z.enum(["create", "delete"]),
  tags: z.array(z.strictObject({ key: z.string().min(1), value: z.string() })),
});

const notFound: Reply = {
  status: 404,
  type: "text/html",
  body: "<html><body><h1>404 Not Found</h1>The resource could not be found.<br /></body></html>",
};

function json(status: number, body: unknown): Reply {
  return { status, type: "application/json", body: JSON.stringify(body) };
}

/** Source: Image Management Service, "Error Codes". */
function refused(status: number, code: string, message: string): Reply {
  return json(status, { error: { message, code } });
}
