import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { MIGRATION_LEASE_TABLE } from "../migrations/index.ts";
import { TransactionAborted } from "../pooled/failures.ts";
import { withSession } from "../pooled/open-pooled.ts";
import type { SessionPool } from "../pooled/session.ts";

/**
 * The time after which a lease ends that its holder does not renew, in seconds. A dead holder has it no longer
 * than this.
 */
const DURATION = 60;
/** The time between two renewals, and between two looks of others whether the lease is free, in milliseconds. */
const RENEWAL = 15_000;
const RETRY = 500;

/**
 * Does something that only one process of a cluster may do at a time. The lease is a row, which is replicated.
 * The named locks of MariaDB and MySQL stay on the node that they were taken on.
 */
export async function withMigrationLease<Result>(
  pool: SessionPool,
  work: () => Promise<Result>,
): Promise<Result> {
  const holder = randomUUID();
  await run(
    pool,
    `create table if not exists ${MIGRATION_LEASE_TABLE} (
    id int primary key, holder char(36), ends datetime not null) engine = InnoDB`,
  );
  await untilDone(() =>
    run(pool, `insert ignore into ${MIGRATION_LEASE_TABLE} values (1, null, '2000-01-01')`),
  );
  const ends = `utc_timestamp() + interval ${DURATION} second`;
  await untilDone(async () => {
    const sql = `update ${MIGRATION_LEASE_TABLE} set holder = ?, ends = ${ends}
      where id = 1 and (holder is null or ends < utc_timestamp())`;
    return (await run(pool, sql, holder)) > 0;
  });
  const renewal = setInterval(() => {
    const sql = `update ${MIGRATION_LEASE_TABLE} set ends = ${ends} where holder = ?`;
    // The next renewal makes up for one that fails.
    run(pool, sql, holder).catch(() => undefined);
  }, RENEWAL);
  try {
    return await work();
  } finally {
    clearInterval(renewal);
    const sql = `update ${MIGRATION_LEASE_TABLE} set holder = null where holder = ?`;
    await untilDone(() => run(pool, sql, holder));
  }
}

/** Runs a statement by itself. Resolves with the number of rows that it wrote. */
function run(pool: SessionPool, sql: string, ...parameters: readonly string[]): Promise<number> {
  return withSession(pool, async (session) => (await session.run({ sql, parameters })).affected);
}

/** Tries until it is neither refused, with `false`, nor aborted for what another node did. */
async function untilDone(attempt: () => Promise<unknown>): Promise<void> {
  for (;;) {
    try {
      if ((await attempt()) !== false) return;
    } catch (error) {
      if (!(error instanceof TransactionAborted)) throw error;
    }
    await sleep(RETRY);
  }
}
