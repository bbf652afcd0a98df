import { z } from "zod";

/** Reads seconds into milliseconds. */
export function seconds(least: number, most: number) {
  return z
    .string()
    .regex(/^(?:0|[1-9]\d{0,4})(\.\d{1,3})?$/, "must be a number of seconds, such as 10 or 0.5")
    .transform(Number)
    .refine((value) => value >= least && value <= most, `must be from ${least} to ${most} seconds`)
    .transform((value) => value * 1000);
}
