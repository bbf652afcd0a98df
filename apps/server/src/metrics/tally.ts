import { Counter, type Registry } from "prom-client";

/** What a counter is called, what it counts, and by which label with which values. */
interface TallyOptions<Value extends string> {
  readonly name: string;
  readonly help: string;
  readonly label: string;
  /** Those that stand at 0 from the start, so that a rate sees the first. */
  readonly values: readonly Value[];
}

/**
 * A counter with one label. Counts go to prom-client when they are asked for: it takes several times as long as to add
 * a number, and some are counted with every request.
 */
export function tally<Value extends string>(
  registry: Registry,
  { name, help, label, values }: TallyOptions<Value>,
): (value: Value, by?: number) => void {
  const counted = new Map<Value, number>(values.map((value) => [value, 0]));
  registry.registerMetric(
    new Counter({
      name,
      help,
      labelNames: [label],
      registers: [],
      collect() {
        for (const [value, count] of counted) {
          this.inc({ [label]: value }, count);
          counted.set(value, 0);
        }
      },
    }),
  );
  return (value, by = 1) => void counted.set(value, (counted.get(value) ?? 0) + by);
}
