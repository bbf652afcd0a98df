import { describeGuard } from "../../store/guard/describe-guard.ts";
import type { Survey } from "../../store/survey-tables.ts";
import { failure, success, warning, type CheckResult } from "./check-result.ts";

/** The first version that is served of each server, as docs/databases.md has it. */
const OLDEST: Readonly<Record<Survey["product"], readonly [number, number]>> = {
  SQLite: [3, 0],
  MariaDB: [10, 6],
  MySQL: [8, 0],
  PostgreSQL: [13, 0],
};

/** Whether the database server's own version is one that is served. */
export function checkProduct(
  check: string,
  { product, version }: Pick<Survey, "product" | "version">,
): CheckResult {
  const found = `${product} ${version}`;
  const [major = 0, minor = 0] = version.split(".").map((part) => Number.parseInt(part, 10));
  const [oldest, point] = OLDEST[product];
  if (major < oldest || (major === oldest && minor < point)) {
    return failure(check, `${found} is older than ${product} ${oldest}.${point}, the oldest that is served.`);
  }
  if (product === "MySQL") {
    return warning(check, `${found}: it is written for by its documentation, and has not been tried.`);
  }
  return success(check, found);
}

const TABLES = "Tables";

/** Whether the tables are those that this version needs. */
export function checkTables({ product, schema, missing, later }: Survey): CheckResult {
  const isFile = product === "SQLite";
  if (schema === "glance") return success(TABLES, "They are Glance's, and used as they are.");
  if (schema === "new") {
    return isFile
      ? success(TABLES, "There are none yet; the first start makes them.")
      : failure(TABLES, 'There are none; make them with "imagetags-server migrate".');
  }
  if (missing.length > 0) {
    const pending = `They lack: ${missing.join(", ")}.`;
    return isFile
      ? warning(TABLES, pending, 'The start brings them up to date; make a "imagetags-server backup" before.')
      : failure(TABLES, pending, 'Bring them up to date with "imagetags-server migrate".');
  }
  if (later.length > 0) {
    return warning(TABLES, `A later version has brought them to: ${later.join(", ")}. This one serves them.`);
  }
  return success(TABLES);
}

/** Whether the tables of ours stand beside Glance's. */
export function checkTablesBeside({ schema, missingAlongside }: Survey): readonly CheckResult[] {
  const check = "Tables beside Glance's";
  if (schema !== "glance") return [];
  if (missingAlongside.length === 0) return [success(check)];
  const missing = missingAlongside.join(", ");
  return [
    warning(
      check,
      `There is no ${missing}, so history, rules about tags or notifications are not to be had, or not all of them.`,
      '"imagetags-server migrate --alongside" makes what is missing.',
    ),
  ];
}

/** Whether Glance is kept from undoing changes of tags, as this version expects it. */
export function checkGuard({ guard }: Survey, isInFront: boolean): readonly CheckResult[] {
  const check = "Guard";
  if (guard === undefined) return [];
  const found = `It is ${describeGuard(guard)}.`;
  if (guard === "on") return [success(check, found)];
  const more = guard === "off" && isInFront ? ["In front of Glance every save of an image may do so."] : [];
  return [warning(check, found, ...more)];
}
