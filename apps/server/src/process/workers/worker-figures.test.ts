import { startServer } from "@imagetags/testing/server/start-server";
import { IS_WHOLE } from "@imagetags/testing/test-matrix";
import { expect, test, vi } from "vitest";
import { ask, makeImage } from "../../testing/api.ts";
import { describeOnDatabases } from "../../testing/database-kinds.ts";
import { metricsUrlIn, readMetrics } from "../../testing/read-metrics.ts";
import { CALLER_TOKENS } from "../../testing/test-server.ts";
import { workersOf } from "../../testing/workers-of.ts";

/** Servers are slow to start where the machine has much else to do. */
const timeout = 180_000;
const IMAGES = 24;
const REMOVED = 'imagetags_tag_removals_total{outcome="removed"}';

describeOnDatabases(
  "the figures of several workers over",
  (kind) => {
    test("are one answer, and no count falls when workers are replaced or die", { timeout }, async () => {
      await using database = await kind.open();
      await using server = await startServer({
        tokens: CALLER_TOKENS,
        settings: {
          IMAGETAGS_DATABASE_URL: database.url,
          IMAGETAGS_WORKERS: "2",
          IMAGETAGS_METRICS_LISTEN: "127.0.0.1:0",
        },
      });
      const figures = async () => (await readMetrics(metricsUrlIn(server.startText))).values;
      const ids = await Promise.all(
        Array.from({ length: IMAGES }, () => makeImage(server, { tags: ["a", "b"] })),
      );
      const remove = (tag: string) =>
        Promise.all(ids.map((id) => ask(server, "DELETE", `/v2/images/${id}/tags/${tag}`)));
      await remove("a");
      const before = await figures();
      expect(before.get(REMOVED)).toBe(IMAGES);
      expect(before.get('imagetags_workers{state="configured"}')).toBe(2);
      expect(before.get('imagetags_workers{state="answering"}')).toBe(2);
      expect(before.get("imagetags_database_connections_max")).toBe(20);
      expect(before.get('imagetags_database_connections{state="in-use"}')).toBe(0);
      expect(before.get('imagetags_database_connections{state="idle"}')).toBeGreaterThan(0);

      const first = workersOf(server);
      process.kill(server.pid, "SIGUSR2");
      await vi.waitFor(() => expect(server.stdout()).toContain("all workers were replaced"), { timeout });
      expect(workersOf(server).filter((worker) => first.includes(worker))).toEqual([]);
      await remove("b");
      const after = await figures();
      expect(after.get(REMOVED)).toBe(2 * IMAGES);
      expect(after.get("imagetags_database_connections_max")).toBe(20);

      const [killed = 0] = workersOf(server);
      process.kill(killed, "SIGKILL");
      await vi.waitFor(() => expect(workersOf(server)).not.toContain(killed), { timeout });
      expect((await figures()).get(REMOVED)).toBe(2 * IMAGES);
      await vi.waitFor(
        async () => expect((await figures()).get('imagetags_workers{state="answering"}')).toBe(2),
        { timeout },
      );

      server.child.kill("SIGTERM");
      expect(await server.ended()).toMatchObject({ code: 0, stderr: "" });
    });
  },
  // Processes are the same over every database server, so a quick run takes one.
  ({ hasGlancesImages, isServer, name }) =>
    !hasGlancesImages && isServer && (IS_WHOLE || name.includes("PostgreSQL")),
);
