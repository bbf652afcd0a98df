import { createPool, type Pool, type PoolConnection, type PoolOptions } from "mysql2";
import type { DatabaseServer } from "../database-url.ts";
import type { OneOfSeveral } from "../pooled/failover-pool.ts";
import { ServerPool, type DriverPool } from "../pooled/server-pool.ts";
import { KEEP_ALIVE, lockTimeout, type PoolLimits, type Session } from "../pooled/session.ts";
import { readTls } from "../pooled/tls.ts";
import { ServerUnfit } from "../pooled/failures.ts";
import { fieldOf } from "../sql/recognise-schema.ts";
import { toConnectFailure } from "./failures.ts";
import { MysqlProbe } from "./probe.ts";
import { MysqlSession, WAIT_FOR_CLUSTER } from "./session.ts";

/** What of a server decides how a connection is set up. */
export interface MysqlServer {
  readonly isMariaDb: boolean;
  /** Whether it is a node of a Galera cluster. */
  readonly isGalera: boolean;
}

/**
 * The connections to MariaDB or MySQL. A connection without a `kind` is for finding it out only. `mustBeFit` refuses
 * a server that cannot be written to.
 */
export class MysqlPool extends ServerPool<PoolConnection> {
  constructor(
    server: DatabaseServer,
    limits: PoolLimits,
    kind?: MysqlServer,
    { mustBeFit = false, watches }: Partial<OneOfSeveral> = {},
  ) {
    const options = poolOptions(server, limits);
    const check = mustBeFit ? fitness(kind) : undefined;
    const commands = kind === undefined ? "SET NAMES utf8mb4" : setUp(limits, kind);
    super(
      {
        openPool: () => new MysqlConnections(options),
        openProbe: () => new MysqlProbe(options, kind?.isGalera === true),
        toSession: (connection, lease) => new MysqlSession(connection, lease, kind?.isGalera === true),
        async setUp(session) {
          await session.run({ sql: commands, parameters: [] });
          if (check !== undefined) await rejectUnfit(session, check);
        },
        toConnectFailure,
      },
      limits,
      watches,
    );
  }
}

/** The driver's own pool. */
class MysqlConnections implements DriverPool<PoolConnection> {
  readonly #pool: Pool;
  readonly #idle = new Set<PoolConnection>();
  #isRetired = false;

  constructor(options: PoolOptions) {
    this.#pool = createPool(options);
    this.#pool.on("connection", (connection) => {
      // The server closed it.
      connection.on("end", () => this.#idle.delete(connection));
    });
    this.#pool.on("acquire", (connection) => this.#idle.delete(connection));
    this.#pool.on("release", (connection) => this.#idle.add(connection));
  }

  get(resolve: (connection: PoolConnection) => void, reject: (error: unknown) => void): void {
    this.#pool.getConnection((error, connection) => {
      if (error === null || error === undefined) resolve(connection);
      else reject(error);
    });
  }

  giveBack(connection: PoolConnection): void {
    if (this.#isRetired) connection.destroy();
    else connection.release();
  }

  get idle(): number {
    return this.#idle.size;
  }

  close(connection: PoolConnection): void {
    connection.destroy();
  }

  /** The driver would end connections in use too, after the statement that they are at. So it is not asked to. */
  retire(): void {
    this.#isRetired = true;
    for (const connection of this.#idle) connection.destroy();
  }

  end(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#pool.end((error) => (error === null || error === undefined ? resolve() : reject(error)));
    });
  }
}

/** The options of a connection. Kysely's migrator connects with the same. */
export function poolOptions(server: DatabaseServer, limits: PoolLimits): PoolOptions {
  return {
    ...(server.socket === undefined
      ? { host: server.host, port: server.port }
      : { socketPath: server.socket }),
    ...(server.user === undefined ? {} : { user: server.user }),
    ...(server.password === undefined ? {} : { password: server.password }),
    ...(server.tls === undefined ? {} : { ssl: ssl(server.tls) }),
    database: server.database,
    charset: "UTF8MB4_GENERAL_CI",
    timezone: "Z",
    dateStrings: true,
    // Several at once are statements without values, and the two of a removal, in whose text no value can end its place.
    multipleStatements: true,
    connectionLimit: limits.poolSize,
    connectTimeout: limits.connectTimeout,
    keepAliveInitialDelay: KEEP_ALIVE,
  };
}

function ssl(files: NonNullable<DatabaseServer["tls"]>): NonNullable<PoolOptions["ssl"]> {
  const { verify, files: material } = readTls(files);
  return { ...material, rejectUnauthorized: verify !== "none", verifyIdentity: verify === "identity" };
}

/**
 * The set-up of a connection, for all its statements. Read committed: a change locks its image first, and must
 * then see what was committed last. No gaps are locked then, which would make changes of other images wait.
 * Strict: a value that does not fit is refused, not cut. A statement on Galera waits until its node has what
 * the others committed before.
 */
function setUp(limits: PoolLimits, { isMariaDb, isGalera }: MysqlServer): string {
  const variables = [
    "sql_mode = 'TRADITIONAL'",
    "time_zone = '+00:00'",
    `innodb_lock_wait_timeout = ${lockTimeout(limits) / 1_000}`,
    isMariaDb
      ? `max_statement_time = ${limits.statementTimeout / 1_000}`
      : `max_execution_time = ${limits.statementTimeout}`,
  ];
  return [
    "SET NAMES utf8mb4",
    // By which the guard knows this server's connections.
    "SET @imagetags_server = 1",
    "SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED",
    `SET SESSION ${variables.join(", SESSION ")}`,
    ...(isGalera ? [WAIT_FOR_CLUSTER] : []),
  ].join("; ");
}

/** Asks whether a server can be written to and is part of its cluster. A node with state 4 is synced. */
function fitness(kind: MysqlServer | undefined): string {
  const synced = `(select count(*) from information_schema.global_status
    where (variable_name = 'WSREP_READY' and variable_value = 'ON')
      or (variable_name = 'WSREP_LOCAL_STATE' and variable_value = '4')) = 2`;
  return `select @@global.read_only = 0 ${kind?.isGalera === true ? `and ${synced}` : ""} as fit`;
}

async function rejectUnfit(session: Session, sql: string): Promise<void> {
  const { rows } = await session.run({ sql, parameters: [] });
  if (Number(fieldOf(rows[0], "fit")) !== 1) throw new ServerUnfit("not to be written to", undefined);
}
