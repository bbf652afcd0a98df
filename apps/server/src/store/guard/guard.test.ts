import { expect, test } from "vitest";
import type { Permit } from "../../images/model/image-store.ts";
import { describeOnGlancesTables, type GlanceKind } from "../../testing/glance-databases.ts";
import { glanceStatements, type GlanceStatements } from "../../testing/glance-statements.ts";
import { newImage } from "../../testing/make-image.ts";
import { parseDatabaseUrl } from "../database-url.ts";
import { openDatabase } from "../open-database.ts";
import { purge } from "../purge/purge.ts";
import type { Steps } from "../sql/statement.ts";
import { countWriteBacks } from "./count-write-backs.ts";
import { readGuard } from "./guard-state.ts";
import { turnGuardOff, turnGuardOn } from "./switch-guard.ts";

const allow: Permit = () => undefined;
const UNLIMITED = -1;

/** A store on Glance's tables, the guard on them, and Glance at its side. */
async function openGuarded(kind: GlanceKind, isOn = true) {
  await using stack = new AsyncDisposableStack();
  const taken = await kind.take();
  stack.defer(() => taken.giveBack());
  const location = parseDatabaseUrl(taken.url);
  if (location.kind === "sqlite") throw new Error("It is no server.");
  const { kind: guarded } = location;
  const limits = { poolSize: 8, connectTimeout: 10_000, statementTimeout: 10_000 };
  const { store, database } = await openDatabase({ location, ...limits });
  stack.defer(() => store.close());
  stack.defer(() => turnGuardOff(database, guarded));
  if (isOn) await turnGuardOn(database, guarded);
  const glance = stack.use(await glanceStatements(taken.url));
  const owned = stack.move();
  return {
    url: taken.url,
    endOthers: () => taken.endOthers(),
    store,
    database,
    glance,
    guarded,
    state: async () => (await readGuard(database, guarded)).state,
    /** An image with tags; what asks for it. */
    image: async (...tags: string[]) => {
      const { id } = newImage();
      await store.createImage({ ...newImage(), id, tags });
      return { imageId: id, projectId: "alpha" };
    },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

function* oneStatement(sql: string): Steps<readonly unknown[]> {
  return (yield { sql, parameters: [] }).rows;
}

describeOnGlancesTables("the guard on Glance's tables on", (kind) => {
  test("without it, a removal and an addition during a save of Glance's are undone", async () => {
    await using db = await openGuarded(kind, false);
    const key = await db.image("kept", "gone");
    await db.store.removeTag(key, "gone", allow);
    await db.store.addTag(key, "new", UNLIMITED, allow);
    await db.glance.tagSetAll(key.imageId, ["kept", "gone"]);
    expect(await db.glance.liveTags(key.imageId)).toEqual(["gone", "kept"]);
  });

  test("what this server removed and added stays, whatever Glance writes back, and how often", async () => {
    await using db = await openGuarded(kind);
    const key = await db.image("kept", "gone");
    for (let round = 1; round <= 3; round += 1) {
      expect(await db.store.removeTag(key, "gone", allow)).toBe("removed");
      await db.glance.tagSetAll(key.imageId, ["kept", "gone"]);
      expect(await db.store.removeTag(key, "gone", allow)).toBe("no-tag");
      if (round < 3) expect(await db.store.addTag(key, "gone", UNLIMITED, allow)).toBe("added");
    }
    await db.store.addTag(key, "new", UNLIMITED, allow);
    for (let save = 0; save < 2; save += 1) await db.glance.tagSetAll(key.imageId, ["kept", "gone"]);
    expect(await db.glance.liveTags(key.imageId)).toEqual(["kept", "new"]);
    expect((await db.store.findImage(key))?.image.tags).toEqual(["kept", "new"]);
    expect(await countWriteBacks(db.database)).toBe(5);
  });

  test("a removal that comes between what Glance reads and what it writes is no error there, and stays", async () => {
    await using db = await openGuarded(kind);
    const key = await db.image("kept", "gone");
    await db.glance.tagSetAll(key.imageId, ["kept", "gone"], () => db.store.removeTag(key, "gone", allow));
    await db.glance.tagSetAll(key.imageId, ["kept"], () => db.store.addTag(key, "new", UNLIMITED, allow));
    await db.store.removeTag(key, "new", allow);
    await db.glance.tagSetAll(key.imageId, ["kept", "new"], () =>
      db.store.addTag(key, "new", UNLIMITED, allow),
    );
    expect(await db.glance.liveTags(key.imageId)).toEqual(["kept", "new"]);
  });

  test("a removed tag that was added again is not doubled by Glance, and is removed once", async () => {
    await using db = await openGuarded(kind);
    const key = await db.image("twice");
    await db.store.removeTag(key, "twice", allow);
    await db.glance.tagSetAll(key.imageId, ["twice"], () => db.store.addTag(key, "twice", UNLIMITED, allow));
    expect(await db.glance.liveTags(key.imageId)).toEqual(["twice"]);
    expect(await db.store.removeTag(key, "twice", allow)).toBe("removed");
    expect(await db.glance.liveTags(key.imageId)).toEqual([]);
  });

  test("each way in which this server changes tags is known for its own", async () => {
    await using db = await openGuarded(kind);
    const key = await db.image("a", "b", "c", "d", "e", "f", "g", "h", "i");
    await Promise.all(["a", "b", "c", "d", "e"].map((tag) => db.store.removeTag(key, tag, allow)));
    const inTransaction: Permit = ({ owner }) => (owner === "alpha" ? undefined : new Error("denied"));
    expect(await db.store.removeTag(key, "f", inTransaction)).toBe("removed");
    await db.store.replaceTags(key, new Set(["a", "b", "h", "x"]), allow);
    expect(await db.glance.liveTags(key.imageId)).toEqual(["a", "b", "h", "x"]);
    await db.store.updateImage(key, allow, (image) => ({
      fields: {},
      properties: image.properties,
      tags: new Set(["c", "x"]),
    }));
    expect(await db.glance.liveTags(key.imageId)).toEqual(["c", "x"]);
    expect(await db.store.deleteImage(key, allow)).toBe("deleted");
    expect(await db.glance.liveTags(key.imageId)).toEqual([]);
    expect(await countWriteBacks(db.database)).toBe(0);
  });

  test("tags are told apart by their bytes, not by the collation", async () => {
    await using db = await openGuarded(kind);
    const key = await db.image("Prod", "a ");
    await db.store.removeTag(key, "Prod", allow);
    await db.store.removeTag(key, "a ", allow);
    await db.glance.tagSetAll(key.imageId, ["Prod", "a "]);
    expect(await db.glance.liveTags(key.imageId)).toEqual([]);
    await db.glance.tagCreate(key.imageId, "prod");
    await db.glance.tagCreate(key.imageId, "a");
    expect(await db.glance.liveTags(key.imageId)).toEqual(["a", "prod"]);
  });

  test("an image that Glance creates gets its tags, and one that it deletes loses them", async () => {
    await using db = await openGuarded(kind);
    const key = await db.image();
    await db.glance.tagSetAll(key.imageId, ["one", "two"]);
    expect(await db.glance.liveTags(key.imageId)).toEqual(["one", "two"]);
    await db.glance.tagDelete(key.imageId, "one");
    expect(await db.glance.liveTags(key.imageId)).toEqual(["one", "two"]);
    await db.glance.imageDestroy(key.imageId);
    expect(await db.glance.liveTags(key.imageId)).toEqual([]);
    const another = await db.image("bare");
    await db.glance.query("UPDATE images SET status = 'pending_delete' WHERE id = ?", another.imageId);
    await db.glance.tagDelete(another.imageId, "bare");
    expect(await db.glance.liveTags(another.imageId)).toEqual([]);
  });

  test("an INSERT of Glance's is never skipped: its row has an id, and is purged with its time", async () => {
    await using db = await openGuarded(kind);
    const key = await db.image("gone");
    await db.store.removeTag(key, "gone", allow);
    await db.glance.tagCreate(key.imageId, "gone");
    const of = "FROM image_tags WHERE image_id = ?";
    const ids = await db.glance.query(`SELECT id ${of} ORDER BY id`, key.imageId);
    expect(ids).toHaveLength(2);
    await purge(db.database, {
      before: new Date(Date.now() + 3_600_000),
      images: false,
      dryRun: false,
      signal: new AbortController().signal,
      report: () => undefined,
    });
    expect(await db.glance.query(`SELECT id ${of}`, key.imageId)).toEqual([]);
  });

  test("changes are known for this server's after its connections were lost, or reset as a pooler does", async () => {
    await using db = await openGuarded(kind);
    const key = await db.image("a", "b", "c", "d", "e", "f");
    const forget = async () => {
      if (kind.name === "MariaDB") await db.endOthers();
      else await db.database.autocommit(() => oneStatement("RESET ALL"));
    };
    await forget();
    expect(await db.store.removeTag(key, "a", allow)).toBe("removed");
    await forget();
    await db.store.replaceTags(key, new Set(["b", "x"]), allow);
    await using glance = await glanceStatements(db.url);
    expect(await glance.liveTags(key.imageId)).toEqual(["b", "x"]);
  });

  test.runIf(kind.name === "PostgreSQL")(
    "the name of a change does not stay with its connection",
    async () => {
      await using db = await openGuarded(kind);
      const key = await db.image("a");
      await db.store.removeTag(key, "a", allow);
      const sql = "select coalesce(current_setting('imagetags.server', true), '') as name";
      const names = await db.database.autocommit(() => oneStatement(sql));
      expect(names).toEqual([{ name: "" }]);
    },
  );

  test("it is switched on and off again and again, and told half or outdated where it is that", async () => {
    await using db = await openGuarded(kind, false);
    expect(await db.state()).toBe("off");
    await Promise.all([
      turnGuardOn(db.database, db.guarded).catch(() => undefined),
      turnGuardOn(db.database, db.guarded).catch(() => undefined),
    ]);
    expect(await db.state()).toBe("on");
    await turnGuardOn(db.database, db.guarded);
    expect(await db.state()).toBe("on");
    const on = kind.name === "PostgreSQL" ? " ON image_tags" : "";
    await db.glance.query(`DROP TRIGGER imagetags_keep_removed_1${on}`);
    expect(await db.state()).toBe("half");
    await turnGuardOn(db.database, db.guarded);
    expect(await db.state()).toBe("on");
    await turnGuardOff(db.database, db.guarded);
    await turnGuardOff(db.database, db.guarded);
    expect(await db.state()).toBe("off");
    expect((await readGuard(db.database, db.guarded)).triggers).toEqual([]);
  });

  test("a guard of another version is replaced without a moment in which it is off", async () => {
    await using db = await openGuarded(kind, false);
    const body =
      kind.name === "PostgreSQL"
        ? "EXECUTE FUNCTION suppress_redundant_updates_trigger()"
        : "SET NEW.deleted = NEW.deleted";
    const postgresOnly = kind.name === "PostgreSQL" ? " ON image_tags" : "";
    await db.glance.query(
      `CREATE TRIGGER imagetags_keep_added_0 BEFORE UPDATE ON image_tags FOR EACH ROW ${body}`,
    );
    const second = kind.name === "PostgreSQL" ? "BEFORE UPDATE" : "BEFORE INSERT";
    await db.glance.query(
      `CREATE TRIGGER imagetags_keep_removed_0 ${second} ON image_tags FOR EACH ROW ${body}`,
    );
    expect(await db.state()).toBe("outdated");
    await turnGuardOn(db.database, db.guarded);
    expect(await db.state()).toBe("on");
    await expect(db.glance.query(`DROP TRIGGER imagetags_keep_added_0${postgresOnly}`)).rejects.toThrow();
  });

  test("switched on and off under load, nothing fails, and nothing is undone while it is on", async () => {
    await using db = await openGuarded(kind);
    await using another = await glanceStatements(db.url);
    const keys = await Promise.all(Array.from({ length: 4 }, () => db.image("kept", "stale")));
    const over = new AbortController();
    // Glance reads twice what it takes off, and does not find what was removed in between.
    const save = (glance: GlanceStatements, imageId: string) =>
      glance.tagSetAll(imageId, ["kept", "stale"]).catch((error: unknown) => {
        if (!(error instanceof Error && error.message === "NotFound")) throw error;
      });
    const saves = [db.glance, another].map(async (glance) => {
      while (!over.signal.aborted) for (const { imageId } of keys) await save(glance, imageId);
    });
    try {
      for (let round = 0; round < 3; round += 1) {
        await turnGuardOff(db.database, db.guarded);
        await turnGuardOn(db.database, db.guarded);
        await Promise.all(
          keys.map(async (key) => {
            await db.store.removeTag(key, "stale", allow);
            await db.store.addTag(key, `new-${round}`, UNLIMITED, allow);
          }),
        );
        for (const { imageId } of keys) {
          const tags = await db.glance.liveTags(imageId);
          expect(tags).toContain(`new-${round}`);
          expect(tags).not.toContain("stale");
        }
        for (const key of keys) await db.store.removeTag(key, `new-${round}`, allow);
      }
    } finally {
      over.abort();
      await Promise.all(saves);
    }
  });
});
