import { ConfigError, readConfig, type Config } from "../../config/config.ts";
import { explain } from "../../process/explain.ts";
import { surveyDatabase } from "../../store/survey-database.ts";
import type { Survey } from "../../store/survey-tables.ts";
import { checkGuard, checkProduct, checkTables, checkTablesBeside } from "./check-database.ts";
import { checkDisk } from "./check-disk.ts";
import { checkPolicy, checkTokens } from "./check-files.ts";
import { checkNode } from "./check-node.ts";
import { failure, success, type CheckResult } from "./check-result.ts";

const SETTINGS = "Settings";
const DATABASE = "Database";

/** Makes every check that can be made, and changes nothing. */
export async function checkUpgrade(
  env: Readonly<Record<string, string | undefined>>,
): Promise<readonly CheckResult[]> {
  const node = checkNode(process.versions.node);
  let config: Config;
  try {
    config = readConfig(env);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return [node, failure(SETTINGS, ...error.message.split("\n"))];
  }
  return [
    node,
    // What of Glance's files has no effect here is told at each start too.
    success(SETTINGS, ...config.fromGlance.notes),
    ...(await checkDatabase(config)),
    ...checkPolicy(config),
    ...checkTokens(config),
    await checkDisk(config),
  ];
}

async function checkDatabase(config: Config): Promise<readonly CheckResult[]> {
  let survey: Survey;
  try {
    survey = await surveyDatabase({ ...config.database, poolSize: 1 });
  } catch (error) {
    const message = explain(error);
    if (message === undefined) throw error;
    return [failure(DATABASE, message)];
  }
  return [
    checkProduct(DATABASE, survey),
    checkTables(survey),
    ...checkTablesBeside(survey),
    ...checkGuard(survey, config.glance !== undefined),
  ];
}
