import type { Logger } from "pino";
import type { Config } from "../config/config.ts";

/** Tells the log once which settings are Glance's and where they stand, and what of its files is not used. */
export function tellGlanceConf(log: Logger, { fromGlance: { origins, notes } }: Config): void {
  for (const [setting, from] of origins) log.info({ setting, from }, `${setting} is from ${from}`);
  for (const note of notes) log.info(note);
}
