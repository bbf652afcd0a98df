import { initContract } from "@ts-rest/core";
import { z } from "zod";
import { errorResponses } from "../wire/error-body.ts";

const c = initContract();

/**
 * The minor versions of the API that are served, newest first: those of a Glance with one store and no image cache. The
 * others are about several stores (8, 10 to 13) and the cache (14, 16).
 * Source: Glance 25.1, glance/api/versions.py.
 */
export const MINOR_VERSIONS = [15, 9, 7, 6, 5, 4, 3, 2, 1, 0] as const;

/** The newest minor version that an address may name. An address of any up to it leads to the one API there is. */
export const LAST_MINOR_VERSION = 16;

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
  const versions = MINOR_VERSIONS.map((minor) => ({
    id: `v2.${minor}`,
    status: minor === MINOR_VERSIONS[0] ? ("CURRENT" as const) : ("SUPPORTED" as const),
    links: [{ rel: "self" as const, href: `${base}/v2/` }],
  }));
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
