import { z } from "zod";
import { ERROR_REASONS, type ErrorReason, type StatusOf } from "./error-reasons.ts";

/** What went wrong, for programs. */
export const errorReason = z.enum(reasons()).meta({ description: "What went wrong, for programs." });

/**
 * The body of every error:
 * `{"error":{"code":404,"title":"Not Found","message":"…","reason":"no-such-tag"}}`.
 *
 * `code` is the HTTP status, or in the `ims` profile the IMS code (`"IMG.0115"`) where one is
 * documented. `reason` is for programs; other servers of the Image API do not send it. The shape is the
 * IMS documents' own, and glanceclient, openstacksdk and tempest parse it.
 */
export const errorBody = z
  .object({
    error: z.object({
      code: z.union([z.int(), z.string()]),
      title: z.string(),
      message: z.string(),
      reason: errorReason.optional(),
    }),
  })
  .meta({ id: "Error" });

/** An error of this project's server. */
export const servedErrorBody = errorBody
  .extend({ error: errorBody.shape.error.extend({ reason: errorReason }) })
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

/** Those of a route that changes something: of too many changes some are not done. */
export const changeErrors = { ...errorResponses, 429: errorBody } as const;

/** An HTTP status that is answered with an {@link ErrorBody}. */
export type ErrorStatus = StatusOf<ErrorReason>;

function reasons(): [ErrorReason, ...ErrorReason[]] {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the keys are those of the constant above
  return Object.keys(ERROR_REASONS) as [ErrorReason, ...ErrorReason[]];
}
