import { temporaryFolder } from "@imagetags/testing/temporary-folder";
import Database from "better-sqlite3";
import { expect, test } from "vitest";
import { newImage } from "../../testing/make-image.ts";
import type { ImageKey } from "../../images/model/image-store.ts";
import { SqlImageStore } from "./sql-image-store.ts";
import { migrateSqlite } from "../sqlite/migrate.ts";
import { SqliteDatabase } from "../sqlite/sqlite-database.ts";
import { recordingDatabase } from "../../testing/recording-database.ts";
import type { Call } from "./statement.ts";

const allow = () => undefined;

/** A store that counts the statements of its changes. */
async function countingStore(path: string) {
  const file = new Database(path);
  await migrateSqlite(file, "new");
  const database = new SqliteDatabase(file);
  const statements: Call[] = [];
  const store = new SqlImageStore(recordingDatabase(database, statements));
  return { store, statements };
}

test("a removal that no precondition is asked of takes no look at the image; else the image is read too", async () => {
  using folder = temporaryFolder();
  const { store, statements } = await countingStore(folder.at("test.db"));
  const image = newImage({ tags: ["a", "b"], properties: new Map([["os", "linux"]]) });
  await store.createImage(image);
  const key: ImageKey = { imageId: image.id, projectId: "alpha" };

  statements.length = 0;
  expect(await store.removeTag(key, "a", allow)).toBe("removed");
  expect(statements.map(({ sql }) => sql.split(" ")[0])).toEqual(["select", "update", "update", "insert"]);

  statements.length = 0;
  const asked: unknown[] = [];
  const precondition: ImageKey["precondition"] = ({ tags, properties }) => {
    asked.push([tags, [...properties]]);
    return undefined;
  };
  expect(await store.removeTag({ ...key, precondition }, "b", allow)).toBe("removed");
  expect(asked).toEqual([[["b"], [["os", "linux"]]]]);
  expect(statements).toHaveLength(7);
  await store.close();
});
