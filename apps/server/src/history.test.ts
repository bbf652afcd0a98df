import { setTimeout as sleep } from "node:timers/promises";
import { faultsInEvents } from "@imagetags/testing/history/event-faults";
import { faultOf } from "@imagetags/testing/history/fault";
import type { ImageHistory } from "@imagetags/testing/history/image-history";
import { runHistory } from "@imagetags/testing/history/run-history";
import { faultsInTables } from "@imagetags/testing/history/table-faults";
import { MEMBER_TOKEN, startKnowing, type ServerProcess } from "@imagetags/testing/server/start-server";
import { times } from "@imagetags/testing/test-matrix";
import { temporaryFolder } from "@imagetags/testing/temporary-folder";
import { expect, test } from "vitest";
import { describeOnDatabases } from "./testing/database-kinds.ts";

const QUOTA = 5;
const ROUNDS = times(4, 2);
/** Servers are slow to start where the machine has much else to do. */
const PATIENCE = 180_000;

describeOnDatabases("callers of two servers over", (kind) => {
  test(
    "meet images that do one thing at a time, though one of the servers is killed",
    { timeout: PATIENCE },
    async () => {
      using folder = temporaryFolder();
      await using database = await kind.open();
      await using stack = new AsyncDisposableStack();
      const start = async (): Promise<ServerProcess> =>
        stack.use(
          await startKnowing(folder, {
            IMAGETAGS_DATABASE_URL: database.url,
            IMAGETAGS_TAG_QUOTA: String(QUOTA),
            IMAGETAGS_LOG_LEVEL: "error",
          }),
        );
      const [steady, other] = await Promise.all([start(), start()]);
      let mortal = other;
      const servers = [
        { name: "the steady server", port: () => steady.port },
        { name: "the mortal server", port: () => mortal.port },
      ];
      const seen: ImageHistory[] = [];
      const seed = Math.floor(Math.random() * 1e9);
      for (let round = 0; round < ROUNDS; round += 1) {
        const disturbed = (async () => {
          if (round !== 1) return;
          await sleep(50 * Math.random());
          mortal.child.kill("SIGKILL");
          mortal = await start();
        })();
        const plan = { callers: 8, images: 2, length: 25, quota: QUOTA, folds: kind.folds };
        const histories = await runHistory({ servers, tokens: [MEMBER_TOKEN], seed: seed + round, ...plan });
        await disturbed;
        for (const history of histories) {
          const fault = faultOf(history, QUOTA);
          if (fault !== undefined) throw new Error(`seed ${seed + round}, ${fault}`);
        }
        seen.push(...histories);
      }
      const dump = await database.dump();
      expect(faultsInTables(dump, seen)).toEqual([]);
      if (!kind.hasGlancesImages) {
        const walk = { limit: 100_000, projectId: null, withRecords: false };
        const { events } = await database.store.walkTagEvents(walk);
        expect(faultsInEvents(dump, events.map(({ event }) => event).toReversed())).toEqual([]);
        expect(events.length).toBeGreaterThan(0);
      }
      const operations = seen.flatMap(({ recorded }) => recorded);
      const unknown = operations.filter(({ outcome }) => outcome === "unknown").length;
      process.stdout.write(
        `${kind.name}: ${operations.length} operations on ${seen.length} images, ${unknown} without an answer\n`,
      );
    },
  );
});
