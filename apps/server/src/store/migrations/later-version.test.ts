import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { ask, makeImage } from "../../testing/api.ts";
import { describeOnDatabases } from "../../testing/database-kinds.ts";
import { glanceStatements } from "../../testing/glance-statements.ts";
import { startTestServer, type TestServer } from "../../testing/test-server.ts";
import { parseDatabaseUrl } from "../database-url.ts";
import { migrateDatabase } from "../migrate-database.ts";
import { openDatabase } from "../open-database.ts";

const TABLES = [
  "images",
  "image_tags",
  "image_properties",
  "image_members",
  "image_locations",
  "imagetags_events",
];
/** What a migration of a later version may do, and all of it. */
const LATER = [
  "CREATE TABLE imagetags_of_a_later_version (id integer NOT NULL PRIMARY KEY)",
  ...TABLES.map((table) => `ALTER TABLE ${table} ADD COLUMN imagetags_later varchar(64)`),
  ...TABLES.map((table) => `CREATE INDEX imagetags_later_${table} ON ${table} (imagetags_later)`),
  "INSERT INTO imagetags_migration (name, timestamp) VALUES ('9999-later', 'now')",
];

describeOnDatabases(
  "a migration of a later version over",
  (kind) => {
    test(
      "lets this one serve on without a failed request, and start anew",
      { timeout: 120_000 },
      async () => {
        await using stack = new AsyncDisposableStack();
        const db = await kind.makeEmpty();
        stack.defer(() => db.drop());
        const location = parseDatabaseUrl(db.url);
        await migrateDatabase({ location, poolSize: 2, connectTimeout: 10_000, statementTimeout: 10_000 });
        const later = stack.use(await glanceStatements(db.url));
        const env = { IMAGETAGS_DATABASE_URL: db.url };
        const server = stack.use(await startTestServer({ env }));
        const load = changeAll(server);
        for (const statement of LATER) {
          await later.query(statement);
          await sleep(20);
        }
        await using another = await startTestServer({ env });
        const both = changeAll(another);
        await sleep(300);
        for (const running of [load, both]) {
          const { rounds, failures } = await running.stop();
          expect(failures).toEqual([]);
          expect(rounds).toBeGreaterThan(0);
        }
        for (const one of [server, another])
          expect((await ask(one, "GET", "/readyz", { as: "NOBODY" })).status).toBe(200);
      },
    );

    test("of a table that a list is about to read has it begin anew", async () => {
      await using stack = new AsyncDisposableStack();
      const db = await kind.makeEmpty();
      stack.defer(() => db.drop());
      const settings = {
        location: parseDatabaseUrl(db.url),
        poolSize: 2,
        connectTimeout: 10_000,
        statementTimeout: 10_000,
      };
      await migrateDatabase(settings);
      const later = stack.use(await glanceStatements(db.url));
      const { database } = await openDatabase(settings);
      stack.defer(() => database.close());
      const isPostgres = kind.name.includes("PostgreSQL");
      const pause = isPostgres ? "SELECT pg_sleep(1)" : "SELECT SLEEP(1)";
      let begun = 0;
      const reading = database.read(function* () {
        begun += 1;
        yield { sql: "SELECT count(*) AS n FROM images", parameters: [] };
        yield { sql: pause, parameters: [] };
        yield { sql: "SELECT count(*) AS n FROM image_members", parameters: [] };
      });
      await sleep(500);
      await later.query(
        `ALTER TABLE image_members ${isPostgres ? "ADD COLUMN imagetags_later varchar(64)" : "FORCE"}`,
      );
      await reading;
      // PostgreSQL has no need to.
      expect(begun).toBe(isPostgres ? 1 : 2);
    });
  },
  ({ isServer, hasGlancesImages }) => isServer && !hasGlancesImages,
);

/** Makes, changes, reads and deletes images again and again, side by side. */
function changeAll(server: TestServer) {
  const over = new AbortController();
  const failures: string[] = [];
  let rounds = 0;
  const callers = Array.from({ length: 4 }, async (_, index) => {
    while (!over.signal.aborted) {
      const path = `/v2/images/${await makeImage(server, { tags: ["a"], color: "red" })}`;
      const patch = JSON.stringify([{ op: "replace", path: "/color", value: "blue" }]);
      const type = [["Content-Type", "application/openstack-images-v2.1-json-patch"]] as const;
      const asked = [
        () => ask(server, "PUT", `${path}/tags/b`),
        () => ask(server, "DELETE", `${path}/tags/a`),
        () => ask(server, "PATCH", path, { body: patch, headers: type }),
        () => ask(server, "POST", `${path}/members`, { body: '{"member":"beta"}' }),
        () => ask(server, "GET", `/v2/images?tag=b&limit=5`),
        () => ask(server, "GET", `${path}/tag-events`),
        () => ask(server, "DELETE", path),
      ];
      for (const one of asked) {
        const { status, body } = await one();
        if (status >= 300) failures.push(`caller ${index}: ${status} ${body}`);
      }
      rounds += 1;
    }
  });
  return {
    async stop() {
      over.abort();
      await Promise.all(callers);
      return { rounds, failures };
    },
  };
}
