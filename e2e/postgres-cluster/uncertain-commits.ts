import { setTimeout as delay } from "node:timers/promises";
import type { PostgresCluster } from "@imagetags/testing/databases/start-postgres-cluster";
import { ask, makeImage } from "../lib/image-requests.ts";
import { untilDone } from "../lib/under-load.ts";
import { DATABASE } from "./primary-faults.ts";

/** A removal whose commit waits for standbys that are away. */
interface Waiting {
  readonly cluster: PostgresCluster;
  readonly remove: () => Promise<number>;
  readonly liveRows: () => Promise<number>;
}

/** What becomes of a removal whose commit waits in vain, by what is to hold. */
export const UNCERTAIN: ReadonlyMap<string, (waiting: Waiting) => Promise<void>> = new Map([
  ["is 503 until the standbys are back, and then 404, for the first try was done", isDoneLater],
  ["is 503 when somebody cancels the wait, which PostgreSQL answers as a success", isCancelled],
  [
    "is 503 still when the primary was restarted meanwhile, and has the removal where no standby has",
    isRestarted,
  ],
  ["is decided by the standby that is promoted: removed once, by the first try or by the second", isPromoted],
]);

/** Tries one of them: the standbys stand still from before the removal on. */
export async function tryUncertain(
  cluster: PostgresCluster,
  url: string,
  what: (waiting: Waiting) => Promise<void>,
): Promise<void> {
  const image = await untilDone(() => makeImage(url, ["tag", "spared"]));
  const standbys = cluster.standbys();
  for (const standby of standbys) standby.signal("SIGSTOP");
  try {
    await what({
      cluster,
      remove: async () => (await ask(url, { method: "DELETE", path: `/${image}/tags/tag` })).status,
      async liveRows() {
        const count = `SELECT count(*) FROM image_tags WHERE image_id = '${image}' AND value = 'tag' AND NOT deleted`;
        return Number((await cluster.primary().query(count, DATABASE))[0]?.[0]);
      },
    });
  } finally {
    for (const standby of standbys) standby.signal("SIGCONT");
  }
}

async function isDoneLater({ cluster, remove, liveRows }: Waiting): Promise<void> {
  await expectUnavailable(remove, 2);
  for (const standby of cluster.standbys()) standby.signal("SIGCONT");
  expectStatus(await untilAnswered(remove), [404]);
  expectNone(await liveRows());
}

async function isCancelled({ cluster, remove, liveRows }: Waiting): Promise<void> {
  const removal = remove();
  const cancel = "SELECT pg_cancel_backend(pid) FROM pg_stat_activity WHERE wait_event = 'SyncRep'";
  while ((await cluster.primary().query(cancel)).length === 0) await delay(5);
  expectStatus(await removal, [503]);
  // The primary alone has it by now.
  expectNone(await liveRows());
  await expectUnavailable(remove, 2);
  for (const standby of cluster.standbys()) standby.signal("SIGCONT");
  expectStatus(await untilAnswered(remove), [404]);
}

async function isRestarted({ cluster, remove, liveRows }: Waiting): Promise<void> {
  await expectUnavailable(remove, 1);
  await cluster.primary().stop("immediate");
  await cluster.primary().start();
  expectNone(await liveRows());
  await expectUnavailable(remove, 5);
  for (const standby of cluster.standbys()) standby.signal("SIGCONT");
  expectStatus(await untilAnswered(remove), [404]);
}

async function isPromoted({ cluster, remove, liveRows }: Waiting): Promise<void> {
  await expectUnavailable(remove, 1);
  const former = cluster.primary();
  const standbys = cluster.standbys();
  await former.kill();
  for (const standby of standbys) standby.signal("SIGCONT");
  await cluster.failOver(standbys);
  const wasThere = (await liveRows()) === 1;
  expectStatus(await untilAnswered(remove), [wasThere ? 204 : 404]);
  expectNone(await liveRows());
  await former.rejoin(cluster.primary());
}

async function expectUnavailable(remove: () => Promise<number>, times: number): Promise<void> {
  for (let count = 0; count < times; count += 1) expectStatus(await remove(), [503]);
}

async function untilAnswered(remove: () => Promise<number>): Promise<number> {
  const deadline = performance.now() + 30_000;
  for (;;) {
    const status = await remove();
    if (status !== 503 || performance.now() > deadline) return status;
    await delay(50);
  }
}

function expectStatus(status: number, expected: readonly number[]): void {
  if (!expected.includes(status))
    throw new Error(`The removal was answered ${status}, not ${expected.join(" or ")}.`);
}

function expectNone(liveRows: number): void {
  if (liveRows !== 0) throw new Error(`The tag lies in ${liveRows} live rows.`);
}
