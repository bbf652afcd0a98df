import { z } from "zod";

/** One of several words. */
export function oneOf<const Values extends readonly string[]>(values: Values) {
  return z.enum(values, `must be one of: ${values.join(", ")}`);
}
