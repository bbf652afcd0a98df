import type { Logger } from "pino";
import { ConfigError, type Config } from "../config/config.ts";
import { makeDestinations, namesOf } from "../notifications/destinations.ts";
import { Dispatcher } from "../notifications/dispatcher.ts";
import { SqlOutbox } from "../store/outbox/sql-outbox.ts";
import { version } from "../version.ts";
import type { SqlDatabase } from "../store/sql/sql-database.ts";

/**
 * Begins to send notifications, where the settings name anywhere to send them to. Throws a `ConfigError` where the database
 * has no outbox; a setting of Glance's alone does not keep the server from starting.
 */
export function startNotifications(
  { notify, fromGlance, publicUrl }: Config,
  database: SqlDatabase,
  log: Logger,
): Dispatcher | undefined {
  const names = namesOf(notify);
  if (names.length === 0) return undefined;
  if (!database.hasOutbox) {
    const what = `Notifications to ${names.join(", ")} need tables beside Glance's; make them with "imagetags-server migrate --alongside".`;
    if (!names.every((name) => name === "rabbitmq") || !fromGlance.origins.has("IMAGETAGS_NOTIFY_URL")) {
      throw new ConfigError(what);
    }
    log.warn(`${what} None are sent.`);
    return undefined;
  }
  const outbox = new SqlOutbox(database);
  const destinations = makeDestinations(notify, { outbox, publicUrl, version: version() });
  return new Dispatcher(outbox, destinations, (sentence) => log.warn(sentence));
}
