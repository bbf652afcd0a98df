import type { Recorded } from "./find-order.ts";
import type { Operation } from "./image-model.ts";
import type { Contradiction } from "./smallest-contradiction.ts";

/** How many operations of unknown outcome are told one by one. */
const FEW = 20;

/** What a person reads of a history that no order explains. */
export function describeContradiction({ operations, circumstances }: Contradiction): string {
  const answered = operations.filter(({ outcome }) => outcome !== "unknown");
  const unknown = operations.filter(({ outcome }) => outcome === "unknown");
  const origin = Math.min(...operations.map(({ start }) => start));
  const quota = circumstances.quota < 0 ? "" : ` (quota ${circumstances.quota})`;
  const lines = [
    `No order explains these answers${quota}; milliseconds from ${origin.toFixed(3)}:`,
    ...answered.toSorted((one, other) => one.start - other.start).map((one) => describe(one, origin)),
  ];
  if (unknown.length > 0) {
    lines.push("whether or not these were done, at any time after they were sent:");
    const told = unknown.length > FEW ? [] : unknown;
    lines.push(...told.map((one) => describe(one, origin)));
    if (told.length === 0) lines.push(`  ${unknown.length} others`);
  }
  return `${lines.join("\n")}\n`;
}

function describe({ operation, by, start, end, outcome }: Recorded, origin: number): string {
  const from = (start - origin).toFixed(3).padStart(10);
  const to = (end === Infinity ? "?" : (end - origin).toFixed(3)).padStart(10);
  const answer = outcome === "unknown" ? "" : ` -> ${outcome}`;
  return `  ${from} to ${to}  ${by}  ${textOf(operation)}${answer}`;
}

function textOf(operation: Operation): string {
  const what = "tag" in operation ? operation.tag : "tags" in operation ? operation.tags : undefined;
  const text = what === undefined ? operation.kind : `${operation.kind} ${JSON.stringify(what)}`;
  return operation.expected === undefined ? text : `${text} if ${JSON.stringify(operation.expected)}`;
}
