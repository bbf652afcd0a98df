import { countWriteBacks } from "../../store/guard/count-write-backs.ts";
import { describeGuard } from "../../store/guard/describe-guard.ts";
import { readGuard, type Guard } from "../../store/guard/guard-state.ts";
import { GUARD_VERSION } from "../../store/guard/guard-triggers.ts";
import type { Guarded } from "./open-guarded.ts";

const ON = 0;
const NOT_ON = 1;

/** Tells whether the guard is on; resolves with the exit code: 1 when it is not as this server expects it. */
export async function showGuard({ database, kind, name }: Guarded, output: "text" | "json"): Promise<number> {
  const guard = await readGuard(database, kind);
  const writeBacks = await countWriteBacks(database);
  const report = { database: name, expectedVersion: GUARD_VERSION, ...guard, writeBacks };
  process.stdout.write(
    output === "json" ? `${JSON.stringify(report, undefined, 2)}\n` : guardText(name, guard, writeBacks),
  );
  return guard.state === "on" ? ON : NOT_ON;
}

function guardText(name: string, { state, triggers }: Guard, writeBacks: number): string {
  const lines = triggers.map((trigger) => {
    const rights = trigger.definer === null ? "" : `, with the rights of ${trigger.definer}`;
    return `  trigger      ${trigger.name}${rights}${trigger.enabled ? "" : " (disabled)"}`;
  });
  return [
    `${name}: made by Glance`,
    `  guard        ${describeGuard(state)}`,
    ...lines,
    `  write-backs  ${writeBacks} of removed tags turned into nothing, and not purged yet`,
    "",
  ].join("\n");
}
