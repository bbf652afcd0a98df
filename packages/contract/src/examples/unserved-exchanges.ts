import type { RecordedExchange } from "./recorded-examples.ts";

/**
 * What other servers of the Image API answer to a route and this project's does not, by the route's name.
 * Source: Glance api-ref, "List stores".
 */
export const UNSERVED_EXCHANGES: Readonly<Record<string, Readonly<Record<string, RecordedExchange>>>> = {
  "info.stores": {
    "two-stores": {
      summary: "A Glance with two stores, the first of them for whoever names none",
      request: { target: "/v2/info/stores", path: {} },
      status: 200,
      reply: {
        type: "application/json",
        body: { stores: [{ id: "fast", default: "true" }, { id: "large" }] },
      },
    },
  },
};
