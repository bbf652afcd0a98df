import { z } from "zod";

/**
 * The body of every error: `{"error":{"code":404,"title":"Not Found","message":"…"}}`.
 *
 * `code` is the HTTP status, or in the `ims` profile the IMS code (`"IMG.0115"`) where one is
 * documented. The shape is the IMS documents' own, and glanceclient, openstacksdk and tempest parse it.
 */
export const errorBody = z
  .object({
    error: z.object({
      code: z.union([z.int(), z.string()]),
      title: z.string(),
      message: z.string(),
    }),
  })
  .meta({ id: "Error" });

/** See {@link errorBody}. */
export type ErrorBody = z.infer<typeof errorBody>;

/** The error statuses of both seed documents; every route declares them all. */
export const errorResponses = {
  400: errorBody,
  401: errorBody,
  403: errorBody,
  404: errorBody,
  405: errorBody,
  413: errorBody,
  500: errorBody,
  503: errorBody,
} as const;

/** An HTTP status that a route may answer with an {@link ErrorBody}; some only where it declares them. */
export type ErrorStatus = keyof typeof errorResponses | 409 | 410 | 412 | 415 | 416;

/** The IMS code of an error that the Image Management Service documents. Source: IMS error codes. */
export const IMS_CODES = {
  invalidTag: "IMG.0115",
  tagQuotaExceeded: "IMG.0116",
} as const;
