import { createPool, type Pool, type PoolConnection, type PoolOptions } from "mysql2";
import type { DatabaseServer } from "../database-url.ts";
import { StoreUnavailable } from "../../images/model/image-store.ts";
import { lockTimeout, type PoolLimits, type Session, type SessionPool } from "../pooled/session.ts";
import { readTls } from "../pooled/tls.ts";
import { ServerUnfit } from "../pooled/failures.ts";
import { fieldOf } from "../sql/recognise-schema.ts";
import { toConnectFailure } from "./failures.ts";
import { MysqlSession } from "./session.ts";

/** What a server is, where that decides about how a connection is set up. */
export interface MysqlServer {
  readonly isMariaDb: boolean;
  /** Whether it is a node of a Galera cluster. */
  readonly isGalera: boolean;
}

/** The connections to MariaDB or MySQL. */
export class MysqlPool implements SessionPool {
  readonly #pool: Pool;
  readonly #limits: PoolLimits;
  readonly #setUp: string;
  readonly #check: string | undefined;
  readonly #sessions = new WeakMap<PoolConnection, MysqlSession>();
  /** How often all connections were given up: those that were opened before are closed when they are met. */
  #renewals = 0;

  /**
   * `kind` is left out where that is still to be found out: such a connection is for asking only. `mustBeFit`:
   * a connection to a server that cannot be written to is none.
   */
  constructor(server: DatabaseServer, limits: PoolLimits, kind?: MysqlServer, mustBeFit = false) {
    this.#pool = createPool(poolOptions(server, limits));
    this.#limits = limits;
    this.#check = mustBeFit ? fitness(kind) : undefined;
    this.#setUp = kind === undefined ? "SET NAMES utf8mb4" : setUp(limits, kind);
  }

  async acquire(): Promise<Session> {
    const connection = await this.#connect();
    const known = this.#sessions.get(connection);
    if (known !== undefined) {
      if (known.renewals === this.#renewals) return known;
      known.discard();
      return await this.acquire();
    }
    const session = new MysqlSession(connection, this.#limits.statementTimeout, this.#renewals, () => {
      this.#renewals += 1;
    });
    try {
      await session.command(this.#setUp);
      if (this.#check !== undefined) await rejectUnfit(session, this.#check);
    } catch (error) {
      session.discard();
      throw toConnectFailure(error);
    }
    this.#sessions.set(connection, session);
    return session;
  }

  close(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#pool.end((error) => (error === null || error === undefined ? resolve() : reject(error)));
    });
  }

  #connect(): Promise<PoolConnection> {
    return new Promise((resolve, reject) => {
      let isLate = false;
      const timer = setTimeout(() => {
        isLate = true;
        reject(new StoreUnavailable("No connection to the database came free in time."));
      }, this.#limits.connectTimeout);
      this.#pool.getConnection((error, connection) => {
        if (isLate) {
          if (error === null || error === undefined) connection.release();
          return;
        }
        clearTimeout(timer);
        if (error === null || error === undefined) resolve(connection);
        else reject(toConnectFailure(error));
      });
    });
  }
}

/** How a server is reached; Kysely's migrator connects with the same. */
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
    // Only statements without values are sent several at once.
    multipleStatements: true,
    connectionLimit: limits.poolSize,
    connectTimeout: limits.connectTimeout,
  };
}

function ssl(files: NonNullable<DatabaseServer["tls"]>): NonNullable<PoolOptions["ssl"]> {
  const { verify, files: material } = readTls(files);
  return { ...material, rejectUnauthorized: verify !== "none", verifyIdentity: verify === "identity" };
}

/**
 * What holds for every statement of a connection. Read committed: a change locks its image first and must
 * then see what was committed last, and no gaps are locked, which would make changes of other images wait.
 * Strict: a value that does not fit is refused, not cut. On Galera a statement waits until its node has
 * what the others committed before.
 */
function setUp(limits: PoolLimits, { isMariaDb, isGalera }: MysqlServer): string {
  const variables = [
    "sql_mode = 'TRADITIONAL'",
    "time_zone = '+00:00'",
    `innodb_lock_wait_timeout = ${lockTimeout(limits) / 1_000}`,
    isMariaDb
      ? `max_statement_time = ${limits.statementTimeout / 1_000}`
      : `max_execution_time = ${limits.statementTimeout}`,
    ...(isGalera ? ["wsrep_sync_wait = 7"] : []),
  ];
  return [
    "SET NAMES utf8mb4",
    // By which the guard knows this server's connections.
    "SET @imagetags_server = 1",
    "SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED",
    `SET SESSION ${variables.join(", SESSION ")}`,
  ].join("; ");
}

/** Asks whether a server is to be written to, and part of its cluster; a node with state 4 is synced. */
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
