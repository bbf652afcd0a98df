import type { SeededImage } from "./seed.ts";

/**
 * The removal of every tag of the images, ready for the wire. The first tags of all images come first, so
 * that the requests under way at one time are for different images.
 */
export function removalsOf(images: readonly SeededImage[], token: string): Buffer[] {
  const requests = [];
  const most = Math.max(...images.map(({ tags }) => tags.length));
  for (let index = 0; index < most; index += 1) {
    for (const { id, tags } of images) {
      const tag = tags[index];
      if (tag !== undefined) requests.push(removal(id, tag, token));
    }
  }
  return requests;
}

/** So many removals of tags that the images do not bear. */
export function missesOf(images: readonly SeededImage[], token: string, count: number): Buffer[] {
  return Array.from({ length: count }, (_, index) =>
    removal(images[index % images.length]?.id ?? "", `never-borne.${index}`, token),
  );
}

function removal(id: string, tag: string, token: string) {
  return Buffer.from(
    `DELETE /v2/images/${id}/tags/${encodeURIComponent(tag)} HTTP/1.1\r\n` +
      // Without a port: the bytes are the same for every server.
      "Host: 127.0.0.1\r\n" +
      "User-Agent: imagetags-bench\r\n" +
      "Accept: */*\r\n" +
      `X-Auth-Token: ${token}\r\n\r\n`,
    "latin1",
  );
}
