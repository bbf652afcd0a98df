import { pathOf } from "./canonical-url.ts";

/**
 * The links of a page: to the first page and, where there may be one, to the next. Both keep every parameter of
 * the query, repeated ones too.
 */
export function pageLinks(url: string, nextMarker: string | undefined): { first: string; next?: string } {
  const path = pathOf(url);
  const query = new URLSearchParams(url.slice(path.length));
  query.delete("marker");
  const first = linkTo(path, query);
  if (nextMarker === undefined) return { first };
  query.set("marker", nextMarker);
  return { first, next: linkTo(path, query) };
}

function linkTo(path: string, query: URLSearchParams): string {
  return query.size === 0 ? path : `${path}?${query.toString()}`;
}
