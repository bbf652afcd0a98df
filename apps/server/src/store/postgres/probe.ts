import pg, { type ClientConfig } from "pg";
import type { Probe } from "../pooled/server-watch.ts";

/**
 * Whether commits of this server's user have waited for a standby for so many milliseconds. Source: PostgreSQL, "The
 * Cumulative Statistics System", wait events of type IPC.
 */
const STALLED = `SELECT EXISTS (SELECT FROM pg_stat_activity WHERE wait_event = 'SyncRep'
  AND state_change < clock_timestamp() - $1 * interval '1 millisecond') AS stalled`;

/** Asks PostgreSQL whether it answers, and whether commits wait for a standby. */
export class PostgresProbe implements Probe {
  readonly #client: pg.Client;
  readonly #patience: number;
  readonly #connected: Promise<unknown>;
  #isStalled = false;
  #isOver = false;

  /** `patience` is how long a commit may wait for a standby, in milliseconds. */
  constructor(config: ClientConfig, patience: number) {
    this.#client = new pg.Client(config);
    this.#patience = patience;
    // The asking call reports the error.
    this.#client.on("error", () => undefined);
    this.#connected = this.#client.connect();
    this.#connected.catch(() => undefined);
  }

  get isStalled(): boolean {
    return this.#isStalled;
  }

  async ask(): Promise<void> {
    // A server that refused the connection, such as one that is starting, would seem to answer for ever.
    if (this.#isOver) throw new Error("The connection is over.");
    try {
      await this.#connected;
      const { rows } = await this.#client.query<{ stalled: boolean }>(STALLED, [this.#patience]);
      this.#isStalled = rows[0]?.stalled === true;
    } catch (error) {
      // Any answer of the server's counts, errors too.
      if (!(error instanceof pg.DatabaseError)) throw error;
      this.#isStalled = false;
      this.#isOver = true;
    }
  }

  close(): void {
    // A goodbye would wait for a silent server.
    this.#client.connection.stream.destroy();
  }
}
