import pg, { type ClientConfig } from "pg";
import type { Probe } from "../pooled/server-watch.ts";

/** Asks PostgreSQL whether it answers. */
export class PostgresProbe implements Probe {
  readonly #client: pg.Client;
  readonly #connected: Promise<unknown>;

  constructor(config: ClientConfig) {
    this.#client = new pg.Client(config);
    // Whoever asks is told of it.
    this.#client.on("error", () => undefined);
    this.#connected = this.#client.connect();
    this.#connected.catch(() => undefined);
  }

  async ask(): Promise<void> {
    try {
      await this.#connected;
      await this.#client.query("SELECT 1");
    } catch (error) {
      // Whatever the server says, it answers.
      if (!(error instanceof pg.DatabaseError)) throw error;
    }
  }

  close(): void {
    // Without a goodbye, for which a silent server would be waited.
    this.#client.connection.stream.destroy();
  }
}
