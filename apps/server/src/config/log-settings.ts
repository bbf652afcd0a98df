import { documented } from "./documented.ts";
import { filePath } from "./file-path.ts";
import { oneOf } from "./one-of.ts";

const LEVELS = ["silent", "error", "warn", "info"] as const;
const FORMATS = ["json", "text", "oslo"] as const;
const AUDITS = ["off", "log", "cadf"] as const;

/** The form in which the log is written. */
export type LogFormat = (typeof FORMATS)[number];

/** The settings of the log. */
export const logSettings = {
  IMAGETAGS_LOG_LEVEL: documented(
    oneOf(LEVELS).default("info"),
    "info",
    "silent, error, warn, or info (one line per request)",
  ),
  IMAGETAGS_LOG_FORMAT: documented(
    oneOf(FORMATS).optional(),
    "text at a terminal, else json",
    "json (a line of JSON for each), oslo (as OpenStack's services write by default) or text (for people)",
  ),
  IMAGETAGS_LOG_FILE: documented(
    filePath().optional(),
    "none, but standard output",
    "a file that the log is added to; opened anew at SIGHUP",
  ),
  IMAGETAGS_AUDIT: documented(
    oneOf(AUDITS).default("off"),
    "off",
    "a line of the log for each change, whatever its level: log (in the log's fields), cadf (as an event of CADF), or off",
  ),
};
