import type * as Undici from "undici";
import type { RequestSender } from "../calls/request-sender.ts";
import { reasonOf } from "../errors/errors.ts";
import { ProxyError } from "../errors/proxy-error.ts";
import type { Proxy, ProxyChoice } from "./proxies.ts";
import type { Tls } from "./tls.ts";

/** How requests travel, where that differs from the platform's default. */
export interface Way {
  readonly tls?: Tls | undefined;
  readonly proxies?: ProxyChoice | undefined;
}

type Send = (url: string, request: object, proxy: Proxy | undefined) => Promise<Response>;

/**
 * A `fetch` whose connections are made so; `undefined` when nothing differs from the platform's default. Node's own
 * takes neither TLS settings nor proxies, so it is undici's, loaded at the first request.
 */
export function senderBy({ tls, proxies }: Way): RequestSender | undefined {
  if (tls === undefined && proxies === undefined) return undefined;
  let made: Promise<Send> | undefined;
  return async (url, request) => {
    made ??= connected(tls);
    const send = await made;
    const proxy = proxies?.(url);
    try {
      return await send(url, request, proxy);
    } catch (error) {
      if (proxy === undefined || request.signal.aborted) throw error;
      throw new ProxyError(proxy.url, statusOfProxy(error) ?? reasonOf(error), error);
    }
  };
}

async function connected(tls: Tls | undefined): Promise<Send> {
  const undici = await import("undici");
  const direct = new undici.Agent({ connect: { ...tls } });
  const throughProxies = new Map<Proxy, Undici.Dispatcher>();
  const through = (proxy: Proxy) => {
    const known = throughProxies.get(proxy);
    if (known !== undefined) return known;
    const { url, authorization } = proxy;
    const agent = new undici.ProxyAgent({
      uri: url,
      // A proxy sees requests by http as they are, as from any client of the field.
      proxyTunnel: false,
      requestTls: { ...tls },
      proxyTls: { ...tls },
      ...(authorization === undefined ? {} : { token: authorization }),
    });
    throughProxies.set(proxy, agent);
    return agent;
  };
  return (url, request, proxy) => {
    const dispatcher = proxy === undefined ? direct : through(proxy);
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the same class, declared by undici and by the DOM
    return undici.fetch(url, { ...request, dispatcher }) as unknown as Promise<Response>;
  };
}

/** What the proxy itself answered, which undici tells in words only. */
function statusOfProxy(error: unknown): string | undefined {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    const [, status] = /^Proxy (?:response|Authentication Required) \((\d{3})\)/.exec(cause.message) ?? [];
    if (status !== undefined) return `PROXY_${status}`;
  }
  return undefined;
}
