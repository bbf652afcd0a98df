/** A connection that failed on its way through a proxy; `code` is the system's name for what happened there. */
export class ProxyError extends Error {
  override readonly name = "ProxyError";
  readonly proxy: string;
  readonly code: string | undefined;

  constructor(proxy: string, code: string | undefined, cause: unknown) {
    super("The connection through the proxy failed.", { cause });
    this.proxy = proxy;
    this.code = code;
  }
}
