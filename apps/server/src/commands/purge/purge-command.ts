import { parseArgs } from "node:util";
import { ConfigError, readConfig } from "../../config/config.ts";
import { StoreUnavailable } from "../../images/model/image-store.ts";
import { interruption } from "../../process/interruption.ts";
import { describeDatabase } from "../../store/database-url.ts";
import { purgeEvents } from "../../store/purge/purge-events.ts";
import { purge } from "../../store/purge/purge.ts";
import type { Command } from "../command.ts";
import { openMaintained } from "../maintained-database.ts";

const HOUR = 3_600_000;
const UNITS: Readonly<Record<string, number>> = { h: HOUR, d: 24 * HOUR };

/** A request under way may not have seen a younger row yet. */
const SHORTEST_AGE = HOUR;
/** A hundred years. */
const LONGEST_AGE = 36_500 * 24 * HOUR;

const DONE = 0;
const UNFINISHED = 1;

/** Removes the rows of removed tags and deleted images for good. */
export const purgeCommand: Command = {
  name: "purge",
  summary: "remove rows of removed tags and deleted images for good; --older-than 30d, --images, --dry-run",
  async run(args, env) {
    const { values } = parseArgs({
      args: [...args],
      options: {
        "older-than": { type: "string" },
        images: { type: "boolean", default: false },
        "dry-run": { type: "boolean", default: false },
      },
    });
    const { "older-than": olderThan, images, "dry-run": dryRun } = values;
    if (olderThan === undefined) {
      throw new ConfigError('"purge" needs --older-than, such as --older-than 30d; see --help.');
    }
    const now = Date.now();
    const before = new Date(now - parseAge(olderThan));
    const { database, eventsKeep } = readConfig(env);
    const { location } = database;
    const opened = await openMaintained(database);
    using interrupted = interruption();
    try {
      const isGlances = opened.schema === "glance";
      tell(`${describeDatabase(location)}: rows that were deleted before ${before.toISOString()}`);
      await purge(opened.database, {
        before,
        // `glance-manage db purge` leaves them too: whoever makes an image may choose its id (OSSN-0075).
        images: images || !isGlances,
        dryRun,
        signal: interrupted.signal,
        report: (table, rows) => tell(`  ${table.padEnd(16)}  ${rows} ${dryRun ? "to remove" : "removed"}`),
      });
      const events = { before: new Date(now - eventsKeep), dryRun, signal: interrupted.signal };
      await purgeEvents(opened.database, {
        ...events,
        report: (rows) =>
          tell(
            `  imagetags_events  ${rows} ${dryRun ? "to remove" : "removed"}, of before ${events.before.toISOString()}`,
          ),
      });
      if (isGlances && !images)
        tell("  images            left, as Glance's own purge does; --images removes them");
    } catch (error) {
      if (!(error instanceof StoreUnavailable)) throw error;
      return unfinished(`The database cannot be used: ${error.message}`);
    } finally {
      await opened.store.close();
    }
    return interrupted.signal.aborted ? unfinished("Interrupted.") : DONE;
  },
};

function unfinished(why: string): number {
  process.stderr.write(
    `imagetags-server: ${why} What was removed stays removed; the same command goes on.\n`,
  );
  return UNFINISHED;
}

function tell(line: string): void {
  process.stdout.write(`${line}\n`);
}

/** Reads an age such as `30d` or `12h`, in milliseconds. Throws a {@link ConfigError}. */
function parseAge(text: string): number {
  const [, digits = "", unit = ""] = /^(\d{1,6})([hd])$/.exec(text) ?? [];
  const age = Number(digits) * (UNITS[unit] ?? 0);
  if (age >= SHORTEST_AGE && age <= LONGEST_AGE) return age;
  throw new ConfigError(
    `--older-than must be a number of days or hours, such as 30d or 12h, from 1h to 36500d, not "${text}".`,
  );
}
