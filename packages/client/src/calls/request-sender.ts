/**
 * A request as a client sends it; the members are those of the platform's `RequestInit`. `signal` ends it, and a
 * redirect is answered as it is.
 *
 * @example
 * const logged: RequestSender = (url: string, request: SentRequest) => {
 *   console.log(request.method, url);
 *   return fetch(url, request);
 * };
 */
export interface SentRequest {
  readonly method: string;
  readonly headers: Record<string, string>;
  readonly body?: string | Uint8Array<ArrayBuffer> | Blob | ReadableStream | null;
  readonly redirect: "manual";
  readonly signal: AbortSignal;
}

/**
 * What sends the requests of a client: every `fetch` can.
 *
 * @example
 * const sender: RequestSender = globalThis.fetch;
 */
export type RequestSender = (url: string, request: SentRequest) => Promise<Response>;
