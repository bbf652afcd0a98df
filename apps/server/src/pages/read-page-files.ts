import { readdirSync } from "node:fs";
import { join, relative, sep } from "node:path";
import { mediaTypeOf } from "./media-types.ts";
import { CODING_SUFFIXES, PageFile, type Coding } from "./page-file.ts";

/** What names the files whose names tell what is in them. */
const IMMUTABLE = "assets/";

/** The files of a page by their paths under it, such as `assets/main-2f4b.js`. Nothing else can be asked for. */
export type PageFiles = ReadonlyMap<string, PageFile>;

/** Looks once at what a page's folder holds; `undefined` where there is no page. Links are not followed. */
export function readPageFiles(folder: string): PageFiles | undefined {
  const codings = new Map<string, Set<Coding>>();
  for (const path of pathsIn(folder)) {
    const coding: Coding = path.endsWith(".br") ? "br" : path.endsWith(".gz") ? "gzip" : "identity";
    const name = path.slice(0, path.length - CODING_SUFFIXES[coding].length);
    codings.set(name, (codings.get(name) ?? new Set()).add(coding));
  }
  const files = new Map<string, PageFile>();
  for (const [name, there] of codings) {
    const mediaType = mediaTypeOf(name);
    // A form that nothing else can be made of is no file by itself.
    if (mediaType === undefined || (there.size === 1 && there.has("br"))) continue;
    files.set(name, new PageFile(join(folder, name), mediaType, name.startsWith(IMMUTABLE), there));
  }
  return files.has("index.html") ? files : undefined;
}

function pathsIn(folder: string): string[] {
  try {
    return readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => relative(folder, join(entry.parentPath, entry.name)).split(sep).join("/"));
  } catch {
    return [];
  }
}
