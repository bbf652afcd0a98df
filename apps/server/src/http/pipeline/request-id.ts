import { randomUUID } from "node:crypto";

/** The header that carries the id of a request. Source: Glance, oslo.middleware request_id. */
export const REQUEST_ID_HEADER = "X-Openstack-Request-Id";

const ACCEPTABLE = /^[A-Za-z0-9_-]{1,64}$/;

/** The caller's own request id when it is fit to be repeated, else a new one: `req-<uuid>`. */
export function requestIdFor(offered: string | string[] | undefined): string {
  return typeof offered === "string" && ACCEPTABLE.test(offered) ? offered : `req-${randomUUID()}`;
}
