import { dirname } from "node:path";
import { parseArgs } from "node:util";
import { ConfigError, readConfig } from "../config/config.ts";
import { errorText } from "../error-text.ts";
import { makeFolder } from "../process/make-folder.ts";
import { describeDatabase } from "../store/database-url.ts";
import { migrateDatabase } from "../store/migrate-database.ts";
import type { Migrated } from "../store/migrations/index.ts";
import type { Command } from "./command.ts";

/** Makes the database's tables, or brings them up to date. */
export const migrateCommand: Command = {
  name: "migrate",
  summary:
    "make the tables of the database, or bring them up to date; --alongside: those of ours beside Glance's, for history, rules about tags and notifications",
  async run(args, env) {
    const { values } = parseArgs({
      args: [...args],
      options: { alongside: { type: "boolean", default: false } },
    });
    const { database } = readConfig(env);
    if (database.location.kind === "sqlite") makeFolderOf(database.location.path);
    const outcome = await migrateDatabase(database, values.alongside);
    if (values.alongside && outcome.schema !== "glance") {
      process.stdout.write(`It is no database of Glance's, and has all tables without --alongside.\n`);
    }
    process.stdout.write(`The database ${describeDatabase(database.location)} ${tell(outcome)}\n`);
    return 0;
  },
};

function makeFolderOf(path: string): void {
  try {
    makeFolder(dirname(path));
  } catch (error) {
    throw new ConfigError(`The folder of the database ${path} cannot be made: ${errorText(error)}`);
  }
}

function tell({ schema, migrations, alongside }: Migrated): string {
  switch (schema) {
    case "new":
      return "was empty and has its tables now.";
    case "glance":
      if (alongside === undefined) return "was made by Glance and is used as it is; nothing was changed.";
      if (alongside.length === 0) return "was made by Glance and has our tables beside Glance's already.";
      return `was made by Glance and has beside Glance's tables now: ${alongside.join(", ")}.`;
    case "ours":
      return migrations === 0 ? "is up to date." : `was brought up to date (${migrations} steps).`;
  }
}
