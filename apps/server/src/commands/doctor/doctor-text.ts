import type { Examination } from "../../store/doctor/examine.ts";
import type { Finding } from "../../store/doctor/finding.ts";
import { describeGuard } from "../../store/guard/describe-guard.ts";
import type { GuardState } from "../../store/guard/guard-state.ts";
import type { FoundSchema } from "../../store/sql/recognise-schema.ts";

/** What was examined, and what was found. */
export interface DoctorReport extends Examination {
  /** The database, without a password. */
  readonly database: string;
  readonly schema: FoundSchema;
  /** Whether the guard is on, and what it turned into nothing; only where there can be one. */
  readonly guard?: { readonly state: GuardState; readonly writeBacks: number };
}

const SCHEMAS = {
  new: "new",
  ours: "made by this server",
  glance: "made by Glance",
} as const;

/** Removed tags are worth a purge from this number and this share of rows on. */
const WORTH_A_PURGE = { rows: 10_000, share: 0.5 };

/** A report for people. */
export function doctorText(report: DoctorReport): string {
  const { database, schema, liveTags, removedTags, findings } = report;
  const share = removedTags / Math.max(liveTags + removedTags, 1);
  const lines = [
    `${database}: ${SCHEMAS[schema]}`,
    `  live tags     ${liveTags}`,
    `  removed tags  ${removedTags} (${(share * 100).toFixed(0)} % of all rows are only marked as deleted)`,
    `  list by tag   ${report.hasTagIndex ? "from an index" : 'reads every tag; "doctor --add-indexes" makes an index'}`,
  ];
  if (report.guard !== undefined) {
    const { state, writeBacks } = report.guard;
    lines.push(`  guard         ${describeGuard(state)}`);
    if (writeBacks > 0)
      lines.push(`  write-backs   ${writeBacks} of removed tags turned into nothing by the guard`);
  }
  if (removedTags >= WORTH_A_PURGE.rows && share >= WORTH_A_PURGE.share) {
    lines.push(`  purge         "imagetags-server purge --older-than 30d" removes such rows for good`);
  }
  lines.push("", findings.length === 0 ? "Nothing is wrong." : findings.map(findingText).join("\n"));
  return `${lines.join("\n")}\n`;
}

function findingText({ code, meaning, count, examples }: Finding): string {
  const more = count > examples.length ? [`  and ${count - examples.length} more`] : [];
  return [
    `${code}: ${count}`,
    `  ${meaning}`,
    ...examples.map((example) => `    ${example}`),
    ...more,
    "",
  ].join("\n");
}
