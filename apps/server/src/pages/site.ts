import { join } from "node:path";
import { pageHeaders } from "./page-headers.ts";
import { readPageFiles, type PageFiles } from "./read-page-files.ts";

/** A page of this server with all its files. */
export interface Site {
  /** Where it is, without a trailing slash. */
  readonly base: "/console" | "/docs";
  readonly headers: Readonly<Record<string, string>>;
  /** Whether it has views with addresses of their own, which all are its one page. */
  readonly hasViews: boolean;
  /** `undefined`: it is not served, and `absence` says why. */
  readonly files: PageFiles | undefined;
  readonly absence: string;
}

/** Which pages are to be served. */
export interface WantedPages {
  readonly console: boolean;
  readonly docs: boolean;
}

/** The pages whose files are in `folder`, as far as they are wanted. */
export function findSites(folder: string, wanted: WantedPages): readonly Site[] {
  return [
    {
      base: "/console",
      headers: pageHeaders({
        "script-src": "'self'",
        "style-src": "'self'",
        "img-src": "'self'",
        "font-src": "'self'",
        "connect-src": "'self'",
        "manifest-src": "'self'",
      }),
      hasViews: true,
      ...found(folder, "console", wanted.console, "IMAGETAGS_CONSOLE"),
    },
    {
      base: "/docs",
      headers: pageHeaders({
        "script-src": "'self'",
        // Scalar writes style elements and attributes as it goes.
        "style-src": "'unsafe-inline'",
        "img-src": "'self' data: blob:",
        "font-src": "'self'",
        "connect-src": "'self'",
        "manifest-src": "'none'",
      }),
      hasViews: false,
      ...found(folder, "docs", wanted.docs, "IMAGETAGS_DOCS"),
    },
  ];
}

function found(
  folder: string,
  name: string,
  isWanted: boolean,
  setting: string,
): Pick<Site, "files" | "absence"> {
  if (!isWanted) return { files: undefined, absence: `This page is switched off by ${setting}.` };
  return {
    files: readPageFiles(join(folder, name)),
    absence: "This build of the server does not have the files of this page.",
  };
}
