import {
  errorOf,
  json,
  noContent,
  startTestServer,
  text,
  type Answer,
  type TestServer,
} from "./test-server.ts";

/** An image of a test's image service, as far as the test cares. */
export interface TestImage {
  readonly id: string;
  readonly name?: string | null;
  readonly tags: string[];
  readonly os_hidden?: boolean;
}

/** How the service behaves where image services differ, and what a test does to it. */
export interface ImagesOptions {
  /** Answers errors as Glance does, with the same words for a missing tag and a masked image. */
  readonly like?: "imagetags" | "glance";
  /** How many images a page has at most. */
  readonly pageSize?: number;
  /** Compares the tags of a filter so; exactly when absent. */
  readonly sameTag?: (a: string, b: string) => boolean;
  /** What it takes the tag of a URL for. */
  readonly readTag?: (tag: string) => string;
  /** Answers in its place when it gives an answer. */
  readonly instead?: (request: {
    method: string;
    path: string;
    query: URLSearchParams;
  }) => Answer | undefined;
  /** Lists hidden images as if nobody had asked for them, as a service that does not know the filter. */
  readonly ignoresHidden?: boolean;
}

/** A small image service over a list of images, which a test may change meanwhile. */
export interface TestImages extends TestServer {
  readonly images: TestImage[];
}

/** Starts one. It keeps Glance's rules for markers: the place is that of an image, and a missing one is 400. */
export async function startTestImages(images: TestImage[], options: ImagesOptions = {}): Promise<TestImages> {
  const { like = "imagetags", instead, readTag = (tag) => tag } = options;
  const missing = (reason: "no-such-image" | "no-such-tag"): Answer =>
    like === "imagetags"
      ? json(404, errorOf(404, "Not Found", "It is not there.", reason))
      : text(
          404,
          "text/html",
          "<html><body><h1>404 Not Found</h1>The resource could not be found.<br /></body></html>",
        );

  const server = await startTestServer((response, arrival) => {
    const url = new URL(arrival.target, "http://host");
    const answer =
      instead?.({ method: arrival.method, path: url.pathname, query: url.searchParams }) ??
      answerTo(arrival.method, url);
    answer(response, arrival);
  });
  return { ...server, images, [Symbol.asyncDispose]: () => server[Symbol.asyncDispose]() };

  function answerTo(method: string, url: URL): Answer {
    const [, , collection, id, , sent] = url.pathname.split("/").map(decodeURIComponent);
    if (collection !== "images") {
      return like === "imagetags"
        ? json(404, errorOf(404, "Not Found", "There is no such path.", "no-such-path"))
        : missing("no-such-image");
    }
    if (id === undefined) return list(url.searchParams);
    const image = images.find((one) => one.id === id);
    if (image === undefined) return missing("no-such-image");
    if (sent === undefined) return json(200, wholeImage(image));
    const tag = readTag(sent);
    const at = image.tags.indexOf(tag);
    if (method === "PUT" && at === -1) image.tags.push(tag);
    if (method === "DELETE" && at === -1) return missing("no-such-tag");
    if (method === "DELETE") image.tags.splice(at, 1);
    return noContent;
  }

  function list(query: URLSearchParams): Answer {
    const { sameTag = (a, b) => a === b, pageSize = 1000, ignoresHidden = false } = options;
    const hidden = query.get("os_hidden") === "true";
    const marker = query.get("marker");
    const start = marker === null ? 0 : images.findIndex(({ id }) => id === marker) + 1;
    if (marker !== null && start === 0)
      return json(400, errorOf(400, "Bad Request", `No image found with ID ${marker}`, "no-such-marker"));
    const fitting = images
      .slice(start)
      .filter((image) => ignoresHidden || (image.os_hidden ?? false) === hidden)
      .filter(({ name }) => !query.has("name") || name === query.get("name")?.replace(/^eq:/, ""))
      .filter(({ tags }) => query.getAll("tag").every((tag) => tags.some((other) => sameTag(tag, other))));
    const page = fitting.slice(0, Math.min(pageSize, Number(query.get("limit") ?? 25)));
    const last = page.at(-1);
    const next =
      fitting.length > page.length && last !== undefined ? { next: `/v2/images?marker=${last.id}` } : {};
    return json(200, {
      images: page.map(wholeImage),
      first: "/v2/images",
      schema: "/v2/schemas/images",
      ...next,
    });
  }
}

/** A whole image, as the API shows it. */
export function wholeImage({ id, name = null, tags, os_hidden = false }: TestImage): object {
  return {
    id,
    name,
    tags,
    os_hidden,
    status: "active",
    visibility: "private",
    protected: false,
    checksum: null,
    os_hash_algo: null,
    os_hash_value: null,
    owner: "p",
    size: null,
    virtual_size: null,
    container_format: null,
    disk_format: null,
    created_at: "2026-01-02T03:04:05Z",
    updated_at: "2026-01-02T03:04:05Z",
    min_ram: 0,
    min_disk: 0,
    self: `/v2/images/${id}`,
    file: `/v2/images/${id}/file`,
    schema: "/v2/schemas/image",
  };
}

/** Images `i0`, `i1` and so on, which all bear the tag. */
export function imagesWith(tag: string, count: number): TestImage[] {
  return Array.from({ length: count }, (_, index) => ({ id: `i${index}`, name: `n${index}`, tags: [tag] }));
}
