import { extname } from "node:path";

/** What the files of a page are, by the ends of their names. */
const MEDIA_TYPES: Readonly<Record<string, string>> = {
  ".css": "text/css; charset=utf-8",
  ".html": "text/html; charset=utf-8",
  ".ico": "image/x-icon",
  ".js": "text/javascript; charset=utf-8",
  ".json": "application/json",
  ".png": "image/png",
  ".svg": "image/svg+xml",
  ".txt": "text/plain; charset=utf-8",
  ".webmanifest": "application/manifest+json",
  ".woff2": "font/woff2",
};

/** The media type of a file by its name; `undefined` for what no page has. */
export function mediaTypeOf(name: string): string | undefined {
  return MEDIA_TYPES[extname(name)];
}
