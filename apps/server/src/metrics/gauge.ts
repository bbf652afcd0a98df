import { Gauge, type Aggregator, type Registry } from "prom-client";

/** What a gauge is called, what it shows, and how it is read when it is asked for. */
interface GaugeOptions {
  readonly name: string;
  readonly help: string;
  /** How those of several workers become one: the sum when absent. */
  readonly aggregator?: Aggregator;
  readonly read: () => number | Promise<number>;
}

/** A gauge that is read when somebody asks. */
export function gauge(registry: Registry, { name, help, aggregator = "sum", read }: GaugeOptions): void {
  registry.registerMetric(
    new Gauge({
      name,
      help,
      aggregator,
      registers: [],
      async collect() {
        this.set(await read());
      },
    }),
  );
}

/** What a gauge is called that has a label, and how all its values are read. */
interface LabelledGaugeOptions<Label extends string> extends Omit<GaugeOptions, "read"> {
  readonly labels: readonly Label[];
  readonly read: () => Samples<Label> | Promise<Samples<Label>>;
}

/** The values of a gauge, each with its labels. */
export type Samples<Label extends string> = readonly {
  readonly labels: Readonly<Record<Label, string>>;
  readonly value: number;
}[];

/** The same with labels. What is not read any more is not shown any more. */
export function labelledGauge<Label extends string>(
  registry: Registry,
  { name, help, aggregator = "sum", labels, read }: LabelledGaugeOptions<Label>,
): void {
  registry.registerMetric(
    new Gauge<Label>({
      name,
      help,
      aggregator,
      labelNames: labels,
      registers: [],
      async collect() {
        const samples = await read();
        this.reset();
        for (const sample of samples) this.set({ ...sample.labels }, sample.value);
      },
    }),
  );
}
