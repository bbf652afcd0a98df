/** The figures of a server as Prometheus would read them. */
export interface MetricsRead {
  readonly text: string;
  /** Each figure by its name and labels as they are written, such as `imagetags_sheds_total{reason="changes"}`. */
  readonly values: ReadonlyMap<string, number>;
}

/** Asks a metrics listener. */
export async function readMetrics(url: string | undefined): Promise<MetricsRead> {
  if (url === undefined) throw new Error("The server has no metrics listener.");
  const reply = await fetch(url);
  const text = await reply.text();
  if (reply.status !== 200) throw new Error(`${url} answered ${reply.status}: ${text}`);
  const lines = text.split("\n").filter((line) => line !== "" && !line.startsWith("#"));
  return {
    text,
    values: new Map(
      lines.map((line) => {
        const end = line.lastIndexOf(" ");
        return [line.slice(0, end), Number(line.slice(end + 1))];
      }),
    ),
  };
}

/** The address of the metrics in the text of a start. */
export function metricsUrlIn(startText: string): string | undefined {
  return /^ {2}metrics {3}(\S+)$/m.exec(startText)?.[1];
}
