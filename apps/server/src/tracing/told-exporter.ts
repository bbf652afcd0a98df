import type { SpanExporter } from "@opentelemetry/sdk-trace";
import type { Logger } from "pino";

/** Sends spans, and tells the log when that begins to fail and when it is over. Spans that could not be sent are lost. */
export class ToldExporter implements SpanExporter {
  readonly #exporter: SpanExporter;
  readonly #url: string;
  readonly #log: Pick<Logger, "info" | "warn">;
  #inTrouble = false;

  constructor(exporter: SpanExporter, url: string, log: Pick<Logger, "info" | "warn">) {
    this.#exporter = exporter;
    this.#url = url;
    this.#log = log;
  }

  export: SpanExporter["export"] = (spans, done) => {
    this.#exporter.export(spans, (result) => {
      this.#note(result.error);
      done(result);
    });
  };

  shutdown(): Promise<void> {
    return this.#exporter.shutdown();
  }

  async forceFlush(): Promise<void> {
    await this.#exporter.forceFlush?.();
  }

  #note(error: Error | undefined): void {
    const isBad = error !== undefined;
    if (isBad === this.#inTrouble) return;
    this.#inTrouble = isBad;
    if (isBad) this.#log.warn(`traces cannot be sent to ${this.#url} and are lost: ${error.message}`);
    else this.#log.info(`traces can be sent to ${this.#url} again`);
  }
}
