import type { PoolFigures } from "../sql/sql-database.ts";
import type { Deadline } from "./deadline.ts";
import { ServerUnfit } from "./failures.ts";
import { awaitAnswer, type Ask, type Wait } from "./await-answer.ts";
import { isSilence, ServerWatch, SilentServer, type Probe } from "./server-watch.ts";
import { AFTER_SILENCE, GRACE, type PoolLimits, type Session, type SessionPool } from "./session.ts";

/** How long a server that cannot be written to is not tried again, in milliseconds. Connecting costs it much. */
const UNFIT_FOR = 200;

/** A driver's own pool of connections to one server. */
export interface DriverPool<Connection> {
  readonly get: Ask<Connection>;
  /** Gives back an unused connection. */
  giveBack(connection: Connection): void;
  /** How many connections are not in use. */
  readonly idle: number;
  close(connection: Connection): void;
  /** Closes the idle connections, and those in use as soon as they are given back. */
  retire(): void;
  /** Waits for the connections in use, and then closes all. */
  end(): Promise<void>;
}

/** What a session knows of its pool. */
export interface Lease {
  /** Whether its connection is closed when it is given back. */
  readonly isOver: () => boolean;
  /** Has the pool close all of its connections. */
  readonly discardAll: () => void;
  /** Is told when its connection is not in use any more. */
  readonly isBack: () => void;
  /** How a statement is waited for. */
  readonly wait: Wait;
}

/** What a driver does for a {@link ServerPool}. */
export interface Driver<Connection> {
  openPool(): DriverPool<Connection>;
  openProbe(): Probe;
  toSession(connection: Connection, lease: Lease): Session;
  /** Makes a new connection ready. Rejects when the server cannot be used. */
  setUp(session: Session): Promise<void>;
  /** What kept a connection from being opened, in the store's terms. */
  toConnectFailure(error: unknown): unknown;
}

/** One pool of the driver's, while it is in use. */
class Generation<Connection extends object> {
  readonly pool: DriverPool<Connection>;
  readonly sessions = new WeakMap<Connection, Session>();
  readonly #waiting = new Set<() => void>();

  constructor(pool: DriverPool<Connection>) {
    this.pool = pool;
  }

  /** How much work waits for a connection. */
  get waiting(): number {
    return this.#waiting.size;
  }

  /** A connection; `undefined` when the pool was given up meanwhile. */
  async connect(wait: Wait): Promise<Connection | undefined> {
    let giveUp = (): void => undefined;
    const ask: Ask<Connection | undefined> = (resolve, reject) => {
      giveUp = () => resolve(undefined);
      this.#waiting.add(giveUp);
      this.pool.get(resolve, reject);
    };
    try {
      return await awaitAnswer(ask, wait, (connection) => {
        if (connection !== undefined) this.pool.giveBack(connection);
      });
    } finally {
      this.#waiting.delete(giveUp);
    }
  }

  end(): void {
    this.pool.retire();
    for (const giveUp of this.#waiting) giveUp();
  }
}

/** The connections to one server. When they are of no use any more, another pool takes the place of the driver's. */
export class ServerPool<Connection extends object> implements SessionPool {
  readonly #driver: Driver<Connection>;
  readonly #limits: PoolLimits;
  readonly #watch: ServerWatch | undefined;
  readonly #watches: ReadonlySet<ServerWatch>;
  #current: Generation<Connection>;
  #inUse = 0;
  #unfit: { readonly error: ServerUnfit; readonly until: number } | undefined;

  /** `watches` are those of servers that stand in for one another. This server's becomes one of them. */
  constructor(driver: Driver<Connection>, limits: PoolLimits, watches: Set<ServerWatch> = new Set()) {
    this.#driver = driver;
    this.#limits = limits;
    this.#watches = watches;
    this.#current = new Generation(driver.openPool());
    if (limits.probeTimeout === undefined) return;
    const renew = (): void => this.#renew();
    this.#watch = new ServerWatch(() => driver.openProbe(), limits.probeTimeout, watches, renew);
    watches.add(this.#watch);
  }

  async acquire(deadline: Deadline): Promise<Session> {
    if (this.#watch?.isSilent === true) throw new SilentServer();
    deadline.check();
    if (this.#unfit !== undefined && performance.now() < this.#unfit.until) throw this.#unfit.error;
    const current = this.#current;
    const limit = Math.min(this.#limits.connectTimeout, deadline.left);
    const connection = await this.#orFailure(current.connect({ limit, watch: this.#watch }), deadline);
    if (connection === undefined) return await this.acquire(deadline);
    if (current !== this.#current) {
      current.pool.close(connection);
      return await this.acquire(deadline);
    }
    this.#inUse += 1;
    return current.sessions.get(connection) ?? (await this.#setUp(current, connection, deadline));
  }

  figures(): PoolFigures {
    return { inUse: this.#inUse, idle: this.#current.pool.idle, waiting: this.#current.waiting };
  }

  isStalled(): boolean {
    return this.#watch?.isStalled ?? false;
  }

  async close(): Promise<void> {
    this.#watch?.close();
    await this.#current.pool.end();
  }

  async #setUp(
    current: Generation<Connection>,
    connection: Connection,
    deadline: Deadline,
  ): Promise<Session> {
    const discardAll = (): void => {
      if (current === this.#current) this.#renew();
    };
    const limit = this.#limits.statementTimeout + GRACE;
    const session = this.#driver.toSession(connection, {
      isOver: () => current !== this.#current,
      discardAll,
      isBack: () => (this.#inUse -= 1),
      wait: { limit, watch: this.#watch, onLimit: discardAll },
    });
    try {
      await this.#orFailure(this.#driver.setUp(session), deadline);
    } catch (error) {
      session.discard();
      // Behind a single address there may be another server by now.
      if (error instanceof ServerUnfit && this.#watches.size > 1)
        this.#unfit = { error, until: performance.now() + UNFIT_FOR };
      throw error;
    }
    current.sessions.set(connection, session);
    return session;
  }

  /** The outcome of work, or its failure in the store's terms. */
  async #orFailure<Result>(work: Promise<Result>, deadline: Deadline): Promise<Result> {
    try {
      return await work;
    } catch (error) {
      if (!isSilence(error)) throw this.#driver.toConnectFailure(error);
      deadline.shorten(AFTER_SILENCE);
      throw new SilentServer(error);
    }
  }

  #renew(): void {
    const last = this.#current;
    this.#current = new Generation(this.#driver.openPool());
    last.end();
  }
}
