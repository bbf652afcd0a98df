import { startServer } from "@imagetags/testing/server/start-server";
import { expect, test } from "vitest";
import { ask, errorIn } from "../testing/api.ts";
import { cuttableProxy } from "../testing/cuttable-proxy.ts";
import { describeOnDatabases } from "../testing/database-kinds.ts";
import { ECHO, startGlanceStandIn } from "@imagetags/testing/glance/stand-in-glance";
import { rawRequest } from "../testing/raw-request.ts";
import { CALLER_TOKENS } from "../testing/test-server.ts";

describeOnDatabases(
  "two workers in front of Glance over",
  (kind) => {
    test("pass on what is Glance's, also while the database is away", { timeout: 120_000 }, async () => {
      const database = await kind.take();
      const url = new URL(database.url);
      await using proxy = await cuttableProxy({
        host: url.hostname,
        port: Number(url.port === "" ? { "mysql:": 3306, "postgres:": 5432 }[url.protocol] : url.port),
      });
      url.port = String(proxy.port);
      await using glance = await startGlanceStandIn(ECHO);
      await using front = await startServer({
        tokens: CALLER_TOKENS,
        settings: {
          IMAGETAGS_DATABASE_URL: url.href,
          IMAGETAGS_GLANCE_URL: glance.url,
          IMAGETAGS_WORKERS: "2",
        },
      });
      expect(front.startText).toContain(`  glance    ${glance.url}\n`);
      const pass = async () => {
        const body = "x".repeat(300_000);
        const replies = await Promise.all(
          Array.from({ length: 8 }, (_, index) =>
            rawRequest(front.port, { method: "PUT", path: `/v2/images/${index}/file`, body }),
          ),
        );
        expect(replies.map(({ status }) => status)).toEqual(Array(8).fill(200));
        const uploads = glance.arrived.splice(0).filter(({ method }) => method === "PUT");
        expect(uploads.map(({ body: arrived }) => arrived === body)).toEqual(Array(8).fill(true));
      };
      await pass();
      expect((await ask(front, "GET", "/v2/images/42/tags")).status).toBe(404);
      proxy.cut();
      expect(errorIn(await ask(front, "GET", "/v2/images/42/tags")).reason).toBe("database-unavailable");
      expect(errorIn(await ask(front, "GET", "/healthcheck?detailed=true")).message).toBe(
        "database: unavailable, glance: OK",
      );
      await pass();
      proxy.restore();
      // A server that was away is asked again after a moment.
      await expect
        .poll(async () => (await ask(front, "GET", "/healthcheck?detailed=true")).status, { timeout: 20_000 })
        .toBe(200);
    });
  },
  ({ isServer, hasGlancesImages }) => isServer && !hasGlancesImages,
);
