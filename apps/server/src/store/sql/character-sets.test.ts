import { randomUUID } from "node:crypto";
import mysql from "mysql2/promise";
import pg from "pg";
import { describe, expect, test } from "vitest";
import type { DatabaseKind } from "../../testing/database-kind.ts";
import { describeOnDatabases } from "../../testing/database-kinds.ts";
import { listFilter } from "../../testing/list-filter.ts";
import { newImage } from "../../testing/make-image.ts";
import { UnstorableText, type ImageListFilter, type Permit } from "../../images/model/image-store.ts";
import { parseDatabaseUrl } from "../database-url.ts";
import { examine } from "../doctor/examine.ts";
import { migrateDatabase } from "../migrate-database.ts";
import { openDatabase } from "../open-database.ts";

const allow: Permit = () => undefined;
const own: Permit = Object.assign(() => undefined, { preauthorized: "own" as const });
const limits = { poolSize: 2, connectTimeout: 10_000, statementTimeout: 10_000 };

const ASCII = ["plain", "it's", "a\\b"];
const LATIN = ["é", "Ä", "ÿ"];
const WINDOWS = ["€", "“so”"];
const BASIC = ["日本", "ž", "\u0301"];
const WIDE = ["😀"];

interface Held {
  readonly holds: readonly string[];
  readonly lacks: readonly string[];
}

const ofAscii: Held = { holds: ASCII, lacks: [...LATIN, ...WINDOWS, ...BASIC, ...WIDE] };
const ofLatin1: Held = { holds: [...ASCII, ...LATIN], lacks: [...BASIC, ...WIDE] };
const ofWindows: Held = { holds: [...ASCII, ...LATIN, ...WINDOWS], lacks: ["日本", "\u0301", ...WIDE] };
const ofUtf8mb3: Held = { holds: [...ASCII, ...LATIN, ...WINDOWS, ...BASIC], lacks: WIDE };
const ofAll: Held = { holds: [...ofUtf8mb3.holds, ...WIDE], lacks: [] };

const TABLES = ["images", "image_tags", "image_properties", "image_members", "image_locations"];

describeOnDatabases(
  "columns from before UTF-8 and of it, on",
  (kind) => {
    describe.each([
      ["ascii_general_ci", ofAscii],
      ["latin1_swedish_ci", ofWindows],
      ["latin1_general_cs", ofWindows],
      ["latin1_bin", ofWindows],
      ["utf8mb3_general_ci", ofUtf8mb3],
      ["utf8mb3_bin", ofUtf8mb3],
      ["utf8mb4_unicode_ci", ofAll],
      ["utf8mb4_bin", ofAll],
    ])("%s", (collation, held) => {
      test("hold what they can, and refuse and find nowhere what they cannot", async () => {
        await using made = await inMariadb(kind, collation);
        await holdsAndRefuses(made.url, held);
      });
    });

    test("of a character set that is not served end the start, which names it", async () => {
      await using made = await inMariadb(kind, "latin2_general_ci");
      await expect(openDatabase({ location: parseDatabaseUrl(made.url), ...limits })).rejects.toThrow(
        "its column images.id has the character set latin2; served are utf8mb4, utf8mb3, utf8, latin1, ascii",
      );
    });
  },
  ({ name }) => name === "a new MariaDB database",
);

describeOnDatabases(
  "the encoding of",
  (kind) => {
    test.each([
      ["LATIN1", ofLatin1],
      ["SQL_ASCII", ofAll],
      ["UTF8", ofAll],
    ])("%s holds what it can, and what it cannot is refused and found nowhere", async (encoding, held) => {
      await using made = await inPostgres(kind, encoding);
      await holdsAndRefuses(made.url, held);
    });

    test("that is not served ends the start, which names it", async () => {
      await using made = await inPostgres(kind, "EUC_JP");
      await expect(openDatabase({ location: parseDatabaseUrl(made.url), ...limits })).rejects.toThrow(
        "it has the encoding EUC_JP; served are UTF8, SQL_ASCII, LATIN1",
      );
    });
  },
  ({ name }) => name.includes("PostgreSQL"),
);

async function holdsAndRefuses(url: string, { holds, lacks }: Held): Promise<void> {
  const { store, database } = await openDatabase({ location: parseDatabaseUrl(url), ...limits });
  const count = async (filter: ImageListFilter): Promise<number> => {
    const page = await store.listImages(filter);
    return page === "no-marker" ? -1 : page.images.length;
  };
  try {
    const image = newImage({ name: holds.at(-1) ?? "", tags: ["first"] });
    await store.createImage(image);
    const key = { imageId: image.id, projectId: "alpha" };
    for (const tag of holds) {
      for (const permit of [allow, own]) {
        expect(await store.addTag(key, tag, -1, permit), tag).toBe("added");
        expect(await store.addTag(key, tag, -1, permit), tag).toBe("present");
        expect((await store.findImage(key))?.image.tags).toEqual(["first", tag].toSorted());
        expect(await count(listFilter({ tags: { all: [tag] } })), tag).toBe(1);
        expect(await store.removeTag(key, tag, permit), tag).toBe("removed");
        expect(await store.removeTag(key, tag, permit), tag).toBe("no-tag");
      }
    }
    await store.replaceTags(key, new Set(holds), allow);
    const removals = await Promise.all(holds.map((tag) => store.removeTag(key, tag, own)));
    expect(removals).toEqual(holds.map(() => "removed"));
    for (const text of lacks) {
      await expect(store.addTag(key, text, -1, allow), text).rejects.toThrow(UnstorableText);
      for (const permit of [allow, own])
        expect(await store.removeTag(key, text, permit), text).toBe("no-tag");
      expect(await count(listFilter({ tags: { all: [text] } })), text).toBe(0);
      const stranger = { imageId: image.id, projectId: text };
      expect((await store.findImage(stranger))?.access.isMember).toBe(false);
      expect(await store.removeTag(stranger, "none", own), text).toBe("no-tag");
      expect(await store.findUsage(text), text).toEqual({ images: 0, bytes: 0 });
      expect(await count({ ...listFilter({}), projectId: text, asAdmin: false }), text).toBe(0);
    }
    const kind = parseDatabaseUrl(url).kind;
    const found = (await examine(database, kind)).findings.map(({ code }) => code);
    expect(found.includes("narrow-column")).toBe(lacks.includes("日本"));
  } finally {
    await store.close();
  }
}

/** A database of our own whose columns were given another character set and collation. */
async function inMariadb(kind: DatabaseKind, collation: string) {
  const { url, drop } = await kind.makeEmpty();
  await migrateDatabase({ location: parseDatabaseUrl(url), ...limits });
  const connection = await mysql.createConnection({ uri: url, multipleStatements: true });
  const [charset] = collation.split("_");
  // No statement converts the columns of a foreign key.
  const parts = TABLES.filter((table) => table !== "images");
  const alter = [
    ...parts.map((table) => `alter table ${table} drop foreign key ${table}_image_id_fkey`),
    ...TABLES.map((table) => `alter table ${table} convert to character set ${charset} collate ${collation}`),
  ];
  await connection.query(alter.join("; "));
  await connection.end();
  return { url, [Symbol.asyncDispose]: drop };
}

/** A database of our own in an encoding. */
async function inPostgres(kind: DatabaseKind, encoding: string) {
  const { url, drop } = await kind.makeEmpty();
  const name = `${new URL(url).pathname.slice(1)}_${randomUUID().slice(0, 8)}`;
  const run = async (sql: string): Promise<void> => {
    const client = new pg.Client({ connectionString: url });
    await client.connect();
    await client.query(sql);
    await client.end();
  };
  const set = `encoding '${encoding}' lc_collate 'C' lc_ctype 'C' template template0`;
  await run(`create database ${name} ${set}`);
  const other = new URL(url);
  other.pathname = `/${name}`;
  await migrateDatabase({ location: parseDatabaseUrl(other.href), ...limits });
  return {
    url: other.href,
    async [Symbol.asyncDispose]() {
      await run(`drop database ${name} with (force)`);
      await drop();
    },
  };
}
