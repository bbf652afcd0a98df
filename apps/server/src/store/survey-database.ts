import type { DatabaseSettings } from "./open-database.ts";
import type { Survey } from "./survey-tables.ts";

/**
 * Looks at a database, also at one that cannot be served as it is, and changes nothing. Rejects with a `DatabaseFileError`
 * or a `DatabaseServerError`, whose message is for people.
 */
export async function surveyDatabase({ location, ...limits }: DatabaseSettings): Promise<Survey> {
  switch (location.kind) {
    case "sqlite":
      return (await import("./sqlite/survey.ts")).surveySqlite(location.path);
    case "mysql":
      return await (await import("./mysql/survey.ts")).surveyMysql(location, limits);
    case "postgres":
      return await (await import("./postgres/survey.ts")).surveyPostgres(location, limits);
  }
}
