import { errorReply } from "../http/errors.ts";

/** The reply to a request that only Glance can answer, while Glance cannot be reached, breaks off or stands still. */
export const GLANCE_UNAVAILABLE = errorReply(
  "glance-unavailable",
  "Glance is not available just now. Please try again.",
  { "Retry-After": "1" },
);
