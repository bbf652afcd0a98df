import { copyFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { temporaryFolder } from "@imagetags/testing/temporary-folder";
import Database from "better-sqlite3";
import { describe, expect, it } from "vitest";
import { sqliteDialect, sqliteQueries } from "../sqlite/dialect.ts";
import { openSqlite } from "../sqlite/open.ts";
import { SqliteDatabase } from "../sqlite/sqlite-database.ts";
import { Statement } from "./statement.ts";
import { compileStatements } from "./statements.ts";

const GLANCE = fileURLToPath(new URL("../../testing/data/glance-25.1.0.sqlite", import.meta.url));

describe.each(["a database of our own", "a database of Glance's"])("in %s", (whose) => {
  it("no statement of fixed text but that of all rules scans a table, or an index of `deleted` alone", async () => {
    using folder = temporaryFolder();
    const path = folder.at("test.db");
    if (whose.endsWith("Glance's")) copyFileSync(GLANCE, path);
    await (await openSqlite(path)).store.close();
    const database = new Database(path);
    try {
      const sqlite = new SqliteDatabase(database);
      const statements = compileStatements(sqlite.queries, sqlite.dialect);
      const plans = Object.entries(statements).flatMap(([name, statement]) =>
        statement instanceof Statement &&
        name !== "someRules" &&
        (sqlite.recordsEvents || !name.endsWith("Event")) &&
        (sqlite.hasOutbox || name !== "insertOutbox") &&
        (sqlite.holdsRules || !/rule/i.test(name))
          ? planOf(database, statement).map((detail) => `${name}: ${detail}`)
          : [],
      );
      expect(plans.length).toBeGreaterThan(10);
      expect(plans.filter((plan) => /: SCAN (?!CONSTANT ROW)|_deleted \(/.test(plan))).toEqual([]);
    } finally {
      database.close();
    }
  });
});

it("no statement of fixed text is one that SQLite prepares anew at each use", () => {
  const texts = Object.values(compileStatements(sqliteQueries, sqliteDialect)).flatMap((statement) =>
    statement instanceof Statement ? [callOf(statement).sql] : [],
  );
  expect(texts.filter((text) => text.includes("order by")).length).toBeGreaterThan(3);
  expect(texts.filter((text) => /limit \?| = \?.*order by/.test(text))).toEqual([]);
});

function planOf(database: Database.Database, statement: Statement<never, unknown>): string[] {
  const call = callOf(statement);
  return database
    .prepare<unknown[], { detail: string }>(`EXPLAIN QUERY PLAN ${call.sql}`)
    .all(...call.parameters)
    .map(({ detail }) => detail);
}

function callOf(statement: Statement<never, unknown>) {
  // Whatever slots it has: which value stands in one does not change the text.
  const anySlots = new Proxy({}, { get: () => "x" });
  const call = statement.run(anySlots as never).next();
  if (call.done === true) throw new Error("A statement yields itself to be run.");
  return call.value;
}
