import { availableParallelism, cpus } from "node:os";

export const TOO_SHORT = "This round was too short for its figures to mean anything.\n";

/** The machine that figures are figures of. */
export function machine() {
  return {
    node: process.version,
    cpus: availableParallelism(),
    model: cpus()[0]?.model ?? "unknown",
  };
}

/** What a person must know to read the figures. */
export function header({ rounds }: { rounds: number }) {
  const { node, cpus: count, model } = machine();
  return (
    `imagetags on Node.js ${node}, ${count} CPUs (${model}); the load generator shares them\n` +
    (rounds === 1 ? "" : `Figures are medians of ${rounds} rounds\n`)
  );
}
