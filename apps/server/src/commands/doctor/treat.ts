import { examine } from "../../store/doctor/examine.ts";
import { findRepeatedTags, type RepeatedTag } from "../../store/doctor/find-repeated-tags.ts";
import { countWriteBacks } from "../../store/guard/count-write-backs.ts";
import { readGuard } from "../../store/guard/guard-state.ts";
import { quoteTag } from "../../store/doctor/finding.ts";
import { repairRepeatedTags } from "../../store/doctor/repair-repeated-tags.ts";
import { ADD_TAG_INDEX, addTagIndex } from "../../store/doctor/tag-index.ts";
import { describeDatabase, type DatabaseLocation } from "../../store/database-url.ts";
import type { DatabaseSettings, OpenedDatabase } from "../../store/open-database.ts";
import { confirm } from "../confirm.ts";
import { openMaintained } from "../maintained-database.ts";
import { doctorText, type DoctorReport } from "./doctor-text.ts";

/** What the doctor is asked for. */
export interface DoctorOptions {
  readonly repair: boolean;
  readonly addIndexes: boolean;
  /** Repairs without asking. */
  readonly yes: boolean;
  readonly output: "text" | "json";
}

const HEALTHY = 0;
const FINDINGS = 1;

/**
 * Examines a database, and repairs what is asked for. Resolves with the exit code: 1 when something is still wrong.
 */
export async function treat(settings: DatabaseSettings, options: DoctorOptions): Promise<number> {
  const { location } = settings;
  const opened = await openMaintained(settings);
  try {
    let report = await look(opened, location);
    if (options.output === "text") process.stdout.write(doctorText(report));
    const repaired = options.repair && (await repair(opened, options));
    const added = options.addIndexes && (await addIndexes(opened, location, report, options));
    if (repaired || added) report = await look(opened, location);
    if (options.output === "json") process.stdout.write(`${JSON.stringify(report, undefined, 2)}\n`);
    return report.findings.length === 0 ? HEALTHY : FINDINGS;
  } finally {
    await opened.store.close();
  }
}

async function look({ database, schema }: OpenedDatabase, location: DatabaseLocation): Promise<DoctorReport> {
  const name = describeDatabase(location);
  const examination = await examine(database, location.kind);
  if (schema !== "glance" || location.kind === "sqlite") return { database: name, schema, ...examination };
  const { state } = await readGuard(database, location.kind);
  const guard = { state, writeBacks: await countWriteBacks(database) };
  return { database: name, schema, guard, ...examination };
}

async function repair({ database }: OpenedDatabase, options: DoctorOptions): Promise<boolean> {
  const repeated = await database.read(() => findRepeatedTags(database.queries, database.dialect));
  if (repeated.length === 0) {
    tell(options, "\nThere is nothing to repair.\n");
    return false;
  }
  tell(options, `\nTo repair, of each of these the oldest row stays and the others are marked as deleted:\n`);
  for (const one of repeated) tell(options, `  ${describe(one)}\n`);
  if (!(await agreed("Repair them?", options))) return false;
  const marked = await repairRepeatedTags(database, repeated);
  tell(options, `${marked} rows were marked as deleted.\n`);
  return true;
}

async function addIndexes(
  { database }: OpenedDatabase,
  { kind }: DatabaseLocation,
  report: DoctorReport,
  options: DoctorOptions,
): Promise<boolean> {
  if (report.hasTagIndex) {
    tell(options, "\nImages are found by their tags from an index already.\n");
    return false;
  }
  tell(options, `\nTo find images by their tags from an index:\n  ${ADD_TAG_INDEX[kind].join(";\n  ")};\n`);
  if (!(await agreed("Add it?", options))) return false;
  await addTagIndex(database, kind);
  tell(options, "The index was added.\n");
  return true;
}

function describe({ imageId, tag, rows }: RepeatedTag): string {
  return `image ${imageId}: ${quoteTag(tag)} in ${rows} rows`;
}

async function agreed(question: string, { yes, output }: DoctorOptions): Promise<boolean> {
  if (yes) return true;
  if (output === "text" && (await confirm(question))) return true;
  tell({ output }, "Nothing was changed; --yes does it without asking.\n");
  return false;
}

/** Standard output holds nothing but JSON where that is asked for. */
function tell({ output }: Pick<DoctorOptions, "output">, text: string): void {
  (output === "text" ? process.stdout : process.stderr).write(text);
}
