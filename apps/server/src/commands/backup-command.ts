import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { ConfigError, readConfig } from "../config/config.ts";
import { interruption } from "../process/interruption.ts";
import { backUpSqlite } from "../store/sqlite/backup.ts";
import type { Command } from "./command.ts";
import { requireFile } from "./maintained-database.ts";

/** What backs up other databases. */
const OTHERS = {
  mysql: "a MariaDB or MySQL database is backed up by mysqldump --single-transaction",
  postgres: "a PostgreSQL database is backed up by pg_dump",
} as const;

/** Copies an SQLite database while others use it. */
export const backupCommand: Command = {
  name: "backup",
  summary: "copy the SQLite database to a new FILE, also while it is served, and check the copy",
  async run(args, env) {
    const { positionals } = parseArgs({ args: [...args], allowPositionals: true });
    const [target = "", ...others] = positionals;
    if (target === "" || others.length > 0) {
      throw new ConfigError('"backup" takes one argument, the FILE to be made; see --help.');
    }
    const { location } = readConfig(env).database;
    if (location.kind !== "sqlite")
      throw new ConfigError(`"backup" copies SQLite files: ${OTHERS[location.kind]}.`);
    requireFile(location);
    using interrupted = interruption();
    await backUpSqlite(location.path, target, interrupted.signal);
    process.stdout.write(
      `The database ${resolve(location.path)} was copied to ${resolve(target)} and checked.\n`,
    );
    return 0;
  },
};
