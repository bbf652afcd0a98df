import { StoreUnavailable } from "../../images/model/image-store.ts";
import type { DatabaseServer } from "../database-url.ts";
import type { PoolFigures } from "../sql/sql-database.ts";
import type { Deadline } from "./deadline.ts";
import type { ServerWatch } from "./server-watch.ts";
import type { PoolLimits, Session, SessionPool } from "./session.ts";

/** The least time that connecting to one of several servers may take, in milliseconds. */
const LEAST_PATIENCE = 1_000;

/**
 * One pool over several servers. One is used until a connection to it cannot be had, and then the next in turn.
 * A server that came back is used when its turn comes, so no healthy connection is closed for it.
 */
class FailoverPool implements SessionPool {
  readonly #pools: readonly SessionPool[];
  #current = 0;

  constructor(pools: readonly SessionPool[]) {
    this.#pools = pools;
  }

  async acquire(deadline: Deadline): Promise<Session> {
    let failure: unknown;
    for (let tries = 0; tries < this.#pools.length; tries += 1) {
      const current = this.#current;
      const pool = this.#pools[current];
      if (pool === undefined) break;
      try {
        return await pool.acquire(deadline);
      } catch (error) {
        failure = error;
        // Another request may have gone on to the next server meanwhile.
        if (this.#current === current) this.#current = (current + 1) % this.#pools.length;
      }
    }
    throw failure;
  }

  isStalled(): boolean {
    return this.#pools[this.#current]?.isStalled?.() ?? false;
  }

  /** Of all servers together. */
  figures(): PoolFigures {
    const all = this.#pools.flatMap((pool) => pool.figures?.() ?? []);
    const sum = (of: keyof PoolFigures): number => all.reduce((total, one) => total + one[of], 0);
    return { inUse: sum("inUse"), idle: sum("idle"), waiting: sum("waiting") };
  }

  async close(): Promise<void> {
    await Promise.all(this.#pools.map((pool) => pool.close()));
  }
}

/** The servers of a URL with several, each by itself. */
function eachServer(server: DatabaseServer): DatabaseServer[] {
  const { host, port, others } = server;
  const servers = [{ host, port }, ...others].map((address) => ({ ...server, ...address, others: [] }));
  if (!server.balances) return servers;
  // Every order is as likely as any other, which a random comparison would not give.
  return servers
    .map((one) => ({ one, place: Math.random() }))
    .toSorted((one, other) => one.place - other.place)
    .map(({ one }) => one);
}

/** Of the pool of one server, when there are several. */
export interface OneOfSeveral {
  /** Whether its connections are to be passed over where they cannot be written to. */
  readonly mustBeFit: boolean;
  /** The watches of all, of which its own becomes one. */
  readonly watches: Set<ServerWatch>;
}

/** The connections to whichever server of a URL can be written to. `open` makes the pool of one. */
export function openPool(
  server: DatabaseServer,
  limits: PoolLimits,
  open: (server: DatabaseServer, limits: PoolLimits, one: OneOfSeveral) => SessionPool,
): SessionPool {
  const servers = eachServer(server);
  const watches = new Set<ServerWatch>();
  if (servers.length === 1) return open(server, limits, { mustBeFit: false, watches });
  const connectTimeout = Math.max(LEAST_PATIENCE, Math.floor(limits.connectTimeout / servers.length));
  const one = { mustBeFit: true, watches };
  return new FailoverPool(servers.map((each) => open(each, { ...limits, connectTimeout }, one)));
}

/** Does something with the first available server of a URL. See {@link openPool}. */
export async function onFirstServer<Result>(
  server: DatabaseServer,
  work: (server: DatabaseServer, mustBeFit: boolean) => Promise<Result>,
): Promise<Result> {
  const servers = eachServer(server);
  const failures: StoreUnavailable[] = [];
  for (const one of servers) {
    try {
      return await work(one, servers.length > 1);
    } catch (error) {
      if (!(error instanceof StoreUnavailable)) throw error;
      failures.push(error);
    }
  }
  throw failures[0];
}
