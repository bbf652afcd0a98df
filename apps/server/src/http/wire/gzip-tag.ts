/** A dot is in none of our entity tags, which are in base64url. */
const GZIP = '.gzip"';

/** The entity tag of the same in gzip: other bytes, so another strong tag (RFC 9110, section 8.8.3.3). */
export function gzipTag(entityTag: string): string {
  return entityTag.replace(/"$/, GZIP);
}

/** The entity tag of the plain representation. */
export function plainTag(entityTag: string): string {
  return entityTag.endsWith(GZIP) ? `${entityTag.slice(0, -GZIP.length)}"` : entityTag;
}
