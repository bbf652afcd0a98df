import pg, { type PoolClient, type PoolConfig } from "pg";
import type { DatabaseServer } from "../database-url.ts";
import { lockTimeout, type PoolLimits, type Session, type SessionPool } from "../pooled/session.ts";
import { readTls } from "../pooled/tls.ts";
import { ServerUnfit } from "../pooled/failures.ts";
import { fieldOf } from "../sql/recognise-schema.ts";
import { toConnectFailure } from "./failures.ts";
import { PostgresSession } from "./session.ts";

/** The type of numbers of 64 bits, such as sizes in bytes. Source: PostgreSQL, the catalog `pg_type`. */
const INT8 = 20;
const TIMES = new Set([1114, 1184]);

/** The connections to PostgreSQL. */
export class PostgresPool implements SessionPool {
  readonly #pool: pg.Pool;
  readonly #limits: PoolLimits;
  readonly #mustBeFit: boolean;
  readonly #sessions = new WeakMap<PoolClient, PostgresSession>();
  /** The times that all connections were given up. A connection from before is closed when it is met. */
  #renewals = 0;

  /** `mustBeFit` refuses a server that cannot be written to, such as a standby. */
  constructor(server: DatabaseServer, limits: PoolLimits, mustBeFit = false) {
    this.#limits = limits;
    this.#mustBeFit = mustBeFit;
    this.#pool = new pg.Pool(poolConfig(server, limits));
    // The server closed an idle connection. The pool has dropped it, and opens another when one is needed.
    this.#pool.on("error", () => undefined);
  }

  async acquire(): Promise<Session> {
    let client: PoolClient;
    try {
      client = await this.#pool.connect();
    } catch (error) {
      throw toConnectFailure(error);
    }
    const known = this.#sessions.get(client);
    if (known !== undefined) {
      if (known.renewals === this.#renewals) return known;
      known.discard();
      return await this.acquire();
    }
    // The pool does not listen while a connection is in use, and an error without a listener ends the process.
    client.on("error", () => undefined);
    const session = new PostgresSession(client, this.#limits.statementTimeout, this.#renewals, () => {
      this.#renewals += 1;
    });
    try {
      await client.query(setUp(this.#limits));
      if (this.#mustBeFit) await rejectUnfit(session);
    } catch (error) {
      session.discard();
      throw toConnectFailure(error);
    }
    this.#sessions.set(client, session);
    return session;
  }

  close(): Promise<void> {
    return this.#pool.end();
  }
}

/** The options of a connection. Kysely's migrator connects with the same. */
export function poolConfig(server: DatabaseServer, limits: PoolLimits): PoolConfig {
  return {
    host: server.socket ?? server.host,
    port: server.port,
    ...(server.user === undefined ? {} : { user: server.user }),
    ...(server.password === undefined ? {} : { password: server.password }),
    database: server.database,
    ssl: server.tls === undefined ? false : ssl(server.tls),
    application_name: "imagetags",
    keepAlive: true,
    max: limits.poolSize,
    connectionTimeoutMillis: limits.connectTimeout,
    types: { getTypeParser },
  };
}

function ssl(files: NonNullable<DatabaseServer["tls"]>): Exclude<PoolConfig["ssl"], boolean | undefined> {
  const { verify, files: material } = readTls(files);
  return {
    ...material,
    rejectUnauthorized: verify !== "none",
    ...(verify === "identity" ? {} : { checkServerIdentity: () => undefined }),
  };
}

/** The parsers of these connections alone. Another library in the process may read values as it likes. */
function getTypeParser(oid: number, format?: "text" | "binary"): (text: string) => unknown {
  if (oid === INT8) return Number;
  if (TIMES.has(oid)) return (text) => text;
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the types of `pg` tell one overload per number
  return pg.types.getTypeParser(oid, format) as (text: string) => unknown;
}

/**
 * The set-up of a connection, for all its statements. Read committed: a change locks its image first, and must
 * then see what was committed last. Times are read and written as text in one form, in UTC.
 */
function setUp(limits: PoolLimits): string {
  return [
    "SET SESSION CHARACTERISTICS AS TRANSACTION ISOLATION LEVEL READ COMMITTED",
    "SET datestyle = 'ISO, YMD'",
    "SET timezone = 'UTC'",
    "SET client_encoding = 'UTF8'",
    `SET statement_timeout = ${limits.statementTimeout}`,
    `SET lock_timeout = ${lockTimeout(limits)}`,
    // A process that hangs in the midst of a change must not keep its image locked.
    `SET idle_in_transaction_session_timeout = ${limits.statementTimeout}`,
  ].join("; ");
}

async function rejectUnfit(session: Session): Promise<void> {
  const sql = "select pg_is_in_recovery() or current_setting('transaction_read_only') = 'on' as unfit";
  const { rows } = await session.run({ sql, parameters: [] });
  if (fieldOf(rows[0], "unfit") !== false) throw new ServerUnfit("not to be written to", undefined);
}
