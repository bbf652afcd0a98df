const PAGES = /^\/(?:console|docs)(?:\/|$)/;

/** Whether a path is of one of the server's pages, served or not. */
export function isPagePath(path: string): boolean {
  return PAGES.test(path);
}
