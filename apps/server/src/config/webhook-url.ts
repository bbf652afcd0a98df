import { z } from "zod";

/** The URL of a receiver. Messages repeat nothing of it: many know who asks by a secret in the path or the query. */
export function webhookUrl() {
  return z
    .string()
    .max(2_000, "must have at most 2000 characters")
    .refine((text) => {
      const url = /^https?:\/\/[^\s\\'"`<>{}|^]+$/i.test(text) ? URL.parse(text) : null;
      return url !== null && url.username + url.password + url.hash === "" && url.port !== "0";
    }, "must be a URL such as https://example.org/hooks, without user name and fragment");
}
