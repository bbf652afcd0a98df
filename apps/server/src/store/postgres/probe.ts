import pg, { type ClientConfig } from "pg";
import type { Probe } from "../pooled/server-watch.ts";

/** Asks PostgreSQL whether it answers. */
export class PostgresProbe implements Probe {
  readonly #client: pg.Client;
  readonly #connected: Promise<unknown>;

  constructor(config: ClientConfig) {
    this.#client = new pg.Client(config);
    // The asking call reports the error.
    this.#client.on("error", () => undefined);
    this.#connected = this.#client.connect();
    this.#connected.catch(() => undefined);
  }

  async ask(): Promise<void> {
    try {
      await this.#connected;
      await this.#client.query("SELECT 1");
    } catch (error) {
      // Any answer of the server's counts, errors too.
      if (!(error instanceof pg.DatabaseError)) throw error;
    }
  }

  close(): void {
    // A goodbye would wait for a silent server.
    this.#client.connection.stream.destroy();
  }
}
