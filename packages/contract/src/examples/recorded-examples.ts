import { z } from "zod";
import recorded from "./recorded.json" with { type: "json" };

const body = z.unknown().optional();

/** A request that a server did as it was asked, and its reply. */
const exchange = z.strictObject({
  summary: z.string().min(1).meta({ description: "What it is an example of, for people." }),
  request: z.strictObject({
    target: z.string().meta({ description: "The path and the query, as they were sent." }),
    path: z.record(z.string(), z.string()).meta({ description: "The parameters of the path, decoded." }),
    headers: z.record(z.string(), z.string()).optional(),
    type: z.string().optional().meta({ description: "The media type of the body; absent without a body." }),
    body,
  }),
  status: z.int().min(200).max(399),
  reply: z
    .strictObject({ type: z.string(), body })
    .optional()
    .meta({ description: "JSON as a value, anything else as text; absent where the reply has no body." }),
});

const errors = z.record(
  z.string(),
  z.looseObject({
    error: z.strictObject({
      code: z.int().min(400),
      title: z.string(),
      message: z.string(),
      reason: z.string(),
    }),
  }),
);

/** The file of recorded examples. */
const recordedExamples = z.strictObject({
  routes: z.record(
    z.string(),
    z.strictObject({
      exchanges: z.record(z.string().regex(/^[a-z-]+$/), exchange),
      errors: errors.meta({ description: "What this route refused, by the reason." }),
    }),
  ),
  errors: errors.meta({ description: "One error of each reason that any route may answer." }),
});

/** See {@link recordedExamples}. */
export type RecordedExamples = z.infer<typeof recordedExamples>;

/** See {@link exchange}. */
export type RecordedExchange = z.infer<typeof exchange>;

/** The body of a recorded error. */
export type RecordedError = RecordedExamples["errors"][string];

let read: RecordedExamples | undefined;

/**
 * What this project's server answered when it was asked, with ids, times and hashes that stay the same: a test of the
 * server asks it anew and compares.
 */
export function readRecordedExamples(): RecordedExamples {
  read ??= recordedExamples.parse(recorded);
  return read;
}
