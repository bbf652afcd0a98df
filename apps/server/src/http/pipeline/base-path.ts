import type { RequestListener } from "node:http";
import { splitTarget } from "./origin-form.ts";

/**
 * Serves the API under a path too: what is asked for there is asked for without it from here on. Proxies in front may pass
 * the path on or take it off, and health checks need not know it.
 */
export function underBasePath(application: RequestListener, basePath: string): RequestListener {
  if (basePath === "") return application;
  return (request, response) => {
    const { url = "" } = request;
    const { originForm } = splitTarget(url);
    const rest = originForm.slice(basePath.length);
    if (originForm.startsWith(basePath) && /^(?:$|[/?#])/.test(rest)) {
      const target = rest.startsWith("/") ? rest : `/${rest}`;
      request.url = url.slice(0, url.length - originForm.length) + target;
    }
    application(request, response);
  };
}
