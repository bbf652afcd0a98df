import { errorReply } from "../http/errors.ts";

/** The reply to what only Glance can answer, while it cannot be reached, breaks off or stands still. */
export const GLANCE_UNAVAILABLE = errorReply(
  "glance-unavailable",
  "Glance is not available just now. Please try again.",
  { "Retry-After": "1" },
);
