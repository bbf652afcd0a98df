import { createConnection, type Connection, type PoolOptions } from "mysql2";
import type { Probe } from "../pooled/server-watch.ts";

/**
 * Asks MariaDB or MySQL whether it answers; a node of Galera, whether its cluster takes part: it waits for what
 * the others committed before.
 */
export class MysqlProbe implements Probe {
  readonly #connection: Connection;
  readonly #question: string;

  constructor(options: PoolOptions, isGalera: boolean) {
    this.#connection = createConnection(options);
    // Whoever asks is told of it.
    this.#connection.on("error", () => undefined);
    this.#question = isGalera ? "SET SESSION wsrep_sync_wait = 1; SELECT 1" : "SELECT 1";
  }

  ask(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#connection.query(this.#question, (error) => {
        // Those of the server have numbers of its own, those of the system are negative.
        if (error === null || (error.errno ?? 0) > 0) resolve();
        else reject(error);
      });
    });
  }

  close(): void {
    this.#connection.destroy();
  }
}
