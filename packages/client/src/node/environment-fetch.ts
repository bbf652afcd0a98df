import type { RequestSender } from "../calls/request-sender.ts";
import { authoritiesOf } from "./authorities.ts";
import { proxiesOf } from "./proxies.ts";
import { senderBy } from "./sender.ts";

/**
 * What sends the requests of a client as a Python client in the same shell would: through the proxies of `HTTP_PROXY`,
 * `HTTPS_PROXY`, `ALL_PROXY` and `NO_PROXY` (small letters win), and with the authorities of `REQUESTS_CA_BUNDLE`,
 * `CURL_CA_BUNDLE` or `SSL_CERT_FILE`. Where none of these is set, it is the platform's `fetch`, and costs nothing.
 * {@link fromCloud} does the same by itself.
 *
 * @throws {InvalidEnvironmentError} when a variable names no proxy, or a file that cannot be read
 *
 * @example
 * const client = createClient({ endpoint, token, fetch: environmentFetch() });
 */
export function environmentFetch(
  env: Readonly<Record<string, string | undefined>> = process.env,
): RequestSender {
  const ca = authoritiesOf(env);
  return (
    senderBy({ tls: ca === undefined ? undefined : { ca }, proxies: proxiesOf(env) }) ?? globalThis.fetch
  );
}
