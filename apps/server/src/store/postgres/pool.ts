import pg, { type PoolClient, type PoolConfig } from "pg";
import type { DatabaseServer } from "../database-url.ts";
import type { OneOfSeveral } from "../pooled/failover-pool.ts";
import { ServerPool, type DriverPool } from "../pooled/server-pool.ts";
import { KEEP_ALIVE, lockTimeout, type PoolLimits, type Session } from "../pooled/session.ts";
import { readTls } from "../pooled/tls.ts";
import { ServerUnfit } from "../pooled/failures.ts";
import { fieldOf } from "../sql/recognise-schema.ts";
import { toConnectFailure } from "./failures.ts";
import { PostgresProbe } from "./probe.ts";
import { PostgresSession } from "./session.ts";

/** The type of numbers of 64 bits, such as sizes in bytes. Source: PostgreSQL, the catalog `pg_type`. */
const INT8 = 20;
const TIMES = new Set([1114, 1184]);

/** The connections to PostgreSQL. `mustBeFit` refuses a server that cannot be written to, such as a standby. */
export class PostgresPool extends ServerPool<PoolClient> {
  constructor(
    server: DatabaseServer,
    limits: PoolLimits,
    { mustBeFit = false, watches }: Partial<OneOfSeveral> = {},
  ) {
    const config = poolConfig(server, limits);
    const commands = setUp(limits);
    super(
      {
        openPool: () => new PostgresConnections(config),
        openProbe: () => new PostgresProbe(config, limits.probeTimeout ?? 0),
        toSession(client, lease) {
          // The pool does not listen while a connection is in use, and an error without a listener ends the process.
          client.on("error", () => undefined);
          return new PostgresSession(client, lease);
        },
        async setUp(session) {
          await session.run({ sql: commands, parameters: [] });
          if (mustBeFit) await rejectUnfit(session);
        },
        toConnectFailure,
      },
      limits,
      watches,
    );
  }
}

/** The driver's own pool. */
class PostgresConnections implements DriverPool<PoolClient> {
  readonly #pool: pg.Pool;

  constructor(config: PoolConfig) {
    this.#pool = new pg.Pool(config);
    // The server closed an idle connection. The pool has dropped it, and opens another when one is needed.
    this.#pool.on("error", () => undefined);
  }

  get(resolve: (client: PoolClient) => void, reject: (error: unknown) => void): void {
    this.#pool.connect().then(resolve, reject);
  }

  giveBack(client: PoolClient): void {
    client.release();
  }

  get idle(): number {
    return this.#pool.idleCount;
  }

  close(client: PoolClient): void {
    client.release(true);
  }

  retire(): void {
    void this.#pool.end();
  }

  end(): Promise<void> {
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
    keepAliveInitialDelayMillis: KEEP_ALIVE,
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
