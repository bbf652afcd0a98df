/** Where the page was loaded from, with a slash at its end; the server may stand below any prefix. */
const PAGE = new URL("./", location.href.split("#")[0]);

/** The Image API's endpoint: the server that this page came from. */
export const ENDPOINT = new URL("../", PAGE).href;

/** An address of the page's own part of the server, such as `session`. */
export function consoleUrl(path: string): string {
  return new URL(path, PAGE).href;
}
