import { initContract } from "@ts-rest/core";
import { z } from "zod";
import { errorResponses } from "../wire/error-body.ts";

const c = initContract();

/** The newest minor version this API answers as; every older one from 0 on is supported too. */
export const CURRENT_MINOR_VERSION = 16;

/**
 * The version document: what API versions are served, and where.
 * Sources: Glance api-ref, "API versions"; Image Management Service, "Querying API Versions (Native OpenStack API)".
 */
export const versionDocument = z
  .looseObject({
    versions: z.array(
      z.looseObject({
        id: z.string(),
        status: z.string(),
        links: z.array(z.looseObject({ rel: z.string(), href: z.string() })),
      }),
    ),
  })
  .meta({ id: "Versions" });

/** The version document of this project's server. */
export const servedVersionDocument = versionDocument
  .extend({
    versions: z.array(
      z.object({
        id: z.string(),
        status: z.enum(["CURRENT", "SUPPORTED"]),
        links: z.array(z.object({ rel: z.literal("self"), href: z.string() })),
      }),
    ),
  })
  .meta({ id: "Versions" });

/** See {@link servedVersionDocument}. */
export type VersionDocument = z.infer<typeof servedVersionDocument>;

/** The version document of a server that answers under `base`, a URL without a trailing slash. */
export function versionsAt(base: string): VersionDocument {
  const versions: VersionDocument["versions"] = [];
  for (let minor = CURRENT_MINOR_VERSION; minor >= 0; minor -= 1) {
    versions.push({
      id: `v2.${minor}`,
      status: minor === CURRENT_MINOR_VERSION ? "CURRENT" : "SUPPORTED",
      links: [{ rel: "self", href: `${base}/v2/` }],
    });
  }
  return { versions };
}

/** The routes of the version documents. Source: Glance api-ref, "API versions". */
export const versionsContract = c.router(
  {
    choices: {
      method: "GET",
      path: "/",
      summary: "List API versions (multiple choices)",
      responses: { 300: versionDocument, ...errorResponses },
    },
    list: {
      method: "GET",
      path: "/versions",
      summary: "List API versions",
      responses: { 200: versionDocument, ...errorResponses },
    },
  },
  { strictStatusCodes: true },
);
