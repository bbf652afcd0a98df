import type { RequestListener } from "node:http";

/** A target in absolute form, in its parts. Source: RFC 3986, appendix B. */
const ABSOLUTE = /^[A-Za-z][A-Za-z0-9+.-]*:\/\/([^/?#]*)(.*)$/s;

/** The path and query of a request target, and the authority where it names one. */
export function splitTarget(target: string): { readonly authority?: string; readonly originForm: string } {
  if (target.startsWith("/")) return { originForm: target };
  const [, authority, rest = ""] = ABSOLUTE.exec(target) ?? [];
  if (authority === undefined) return { originForm: target };
  return { authority, originForm: rest.startsWith("/") ? rest : `/${rest}` };
}

/**
 * Hands requests on with the path as their target, by which Express finds its way. A target in absolute form
 * means the same, and its authority goes before the Host header (RFC 9112, section 3.2.2).
 */
export function inOriginForm(application: RequestListener): RequestListener {
  return (request, response) => {
    const { url = "", headers } = request;
    if (!url.startsWith("/")) {
      const { authority, originForm } = splitTarget(url);
      request.url = originForm;
      if (authority !== undefined && headers.host !== undefined) headers.host = authority;
    }
    application(request, response);
  };
}
