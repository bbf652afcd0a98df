import { z } from "zod";

const HOUR = 3_600_000;

/** A day, in milliseconds. */
export const DAY = 24 * HOUR;

/** Days or hours in milliseconds. What is younger than an hour may be a request's that is under way. */
export function age() {
  const problem = "must be a number of days or hours, such as 90d or 12h, from 1h to 36500d";
  return z
    .string()
    .regex(/^[1-9]\d{0,5}[hd]$/, { message: problem, abort: true })
    .transform((text) => Number.parseInt(text, 10) * (text.endsWith("d") ? DAY : HOUR))
    .refine((milliseconds) => milliseconds >= HOUR && milliseconds <= 36_500 * DAY, problem);
}
