const ENCODED = /%([0-9A-Fa-f]{2})/g;
const UNRESERVED = /^[A-Za-z0-9\-._~]$/;

/**
 * Gives each address one spelling. Percent-encoded unreserved characters are written plainly (RFC 3986, section
 * 6.2.2.2). `#` begins no fragment on the wire, and is encoded. Dot segments stay: `..` may be a tag.
 */
export function canonicalUrl(target: string): string {
  let url = target;
  if (url.includes("%")) {
    url = url.replace(ENCODED, (encoded, hex: string) => {
      const character = String.fromCharCode(Number.parseInt(hex, 16));
      return UNRESERVED.test(character) ? character : encoded;
    });
  }
  return url.includes("#") ? url.replaceAll("#", "%23") : url;
}

/** The path of a request target, without its query. */
export function pathOf(url: string): string {
  const query = url.indexOf("?");
  return query === -1 ? url : url.slice(0, query);
}
