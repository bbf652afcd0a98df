import { initContract } from "@ts-rest/core";
import { z } from "zod";
import { errorResponses } from "../wire/error-body.ts";

const c = initContract();

/** How data can be imported. Source: Glance api-ref, "Import methods and values discovery". */
export const importInfo = z
  .looseObject({ "import-methods": z.looseObject({ value: z.array(z.string()) }) })
  .meta({ id: "ImportInfo" });

/** See {@link importInfo}. */
export const servedImportInfo = importInfo
  .extend({
    "import-methods": z.object({
      description: z.string(),
      type: z.literal("array"),
      value: z.array(z.string()),
    }),
  })
  .meta({ id: "ImportInfo" });

/** Where data is kept; `default` is text, as in Glance. Source: Glance api-ref, "List stores". */
const storesInfo = z
  .looseObject({
    stores: z.array(
      z.looseObject({ id: z.string(), default: z.union([z.string(), z.boolean()]).optional() }),
    ),
  })
  .meta({ id: "StoresInfo" });

/** What is used of each limit that Keystone knows. Source: Glance api-ref, "Quota usage". */
const usageInfo = z
  .looseObject({
    usage: z.record(z.string(), z.looseObject({ usage: z.int(), limit: z.int() })),
  })
  .meta({ id: "UsageInfo" });

/** What a server can do beyond images. Source: Glance api-ref, "Discovery". */
export const infoContract = c.router(
  {
    import: {
      method: "GET",
      path: "/v2/info/import",
      summary: "Show import methods",
      description: "Data comes by upload only, so there are none.",
      responses: { 200: importInfo, ...errorResponses },
    },
    stores: {
      method: "GET",
      path: "/v2/info/stores",
      summary: "List stores",
      description:
        "The stores that an upload may name. A server with one store has none to name, and is 404.",
      responses: { 200: storesInfo, ...errorResponses },
    },
    usage: {
      method: "GET",
      path: "/v2/info/usage",
      summary: "Show usage",
      description: "No limit is kept in Keystone, so there is none to tell of.",
      responses: { 200: usageInfo, ...errorResponses },
    },
  },
  { strictStatusCodes: true },
);
