import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import type { TagRuleVerb } from "@imagetags/contract";
import { expect, test } from "vitest";
import type { Actor } from "../../../images/model/actor.ts";
import type { NewImage } from "../../../images/model/image-record.ts";
import type { ImageKey, ImageStore, Permit } from "../../../images/model/image-store.ts";
import type { NewTagRule, TagRule } from "../../../images/model/tag-rule.ts";
import { describeOnDatabases } from "../../../testing/database-kinds.ts";
import { newImage } from "../../../testing/make-image.ts";
import { parseDatabaseUrl } from "../../database-url.ts";
import { openDatabase } from "../../open-database.ts";
import { eventIdAt } from "../events/event-id.ts";
import { MOST_KNOWN } from "./rule-statements.ts";

const MANY = 20;
const UNLIMITED = -1;
const allow: Permit = () => undefined;
const own: Permit = Object.assign(() => undefined, { preauthorized: "own" as const });
const any: Permit = Object.assign(() => undefined, { preauthorized: "any" as const });

const member = actor("member", "reader");
const manager = actor("manager", "member", "reader");

describeOnDatabases(
  "rules about tags on",
  (kind) => {
    test("hold for every way to change a tag, and name the rule; a refused change does nothing", async () => {
      await using db = await kind.open();
      const { store } = db;
      const image = await imageWith(store, ["keep-1", "other", "gone"]);
      const key = { imageId: image.id, projectId: "alpha", actor: member };
      await store.addTag(key, "keep-2", UNLIMITED, allow);
      await store.removeTag(key, "gone", own);
      const [removal, addition] = await newestEvents(store, image.id);
      const rule = await make(store, { pattern: "keep-?" });
      const ofGone = await make(store, { pattern: "gone", forbid: ["add"] });
      const edit = (tags: string[]) => () => ({ fields: {}, tags: new Set(tags), properties: new Map() });
      const before = await db.dump();
      const ways = {
        one: () => store.removeTag(key, "keep-1", allow),
        "one, preauthorized": () => store.removeTag(key, "keep-1", own),
        "one, of whomever": () => store.removeTag(key, "keep-1", any),
        another: () => store.addTag(key, "keep-3", UNLIMITED, allow),
        list: () => store.replaceTags(key, new Set(["keep-1", "other"]), allow),
        "longer list": () => store.replaceTags(key, new Set(["keep-1", "keep-2", "keep-4"]), allow),
        clear: () => store.replaceTags(key, new Set(), allow),
        patch: () => store.updateImage(key, allow, edit(["keep-2", "other"])),
        rehearsal: () => store.rehearseUpdate(key, allow, edit(["other"])),
        "new image": () => store.createImage(newImage({ tags: ["a", "keep-5"] }), undefined, member),
        deletion: () => store.deleteImage(key, allow),
        undo: () => store.undoTagEvent(key, { id: addition, tag: "keep-2", action: "added" }, 10, allow),
      };
      for (const [name, change] of Object.entries(ways)) {
        const refusal = await change().then(
          (outcome) => outcome,
          (error: unknown) => error,
        );
        expect([name, refusal]).toMatchObject([
          name,
          { reason: "protected-tag", message: expect.stringContaining(`Rule ${rule.id} of project alpha`) },
        ]);
      }
      await expect(
        store.undoTagEvent(key, { id: removal, tag: "gone", action: "removed" }, 10, allow),
      ).rejects.toMatchObject({ message: expect.stringContaining(ofGone.id) });
      const after = await db.dump();
      expect(withoutVersion(after)).toEqual(withoutVersion(before));

      // What changes nothing that a rule is about.
      expect(await store.removeTag(key, "keep-9", own)).toBe("no-tag");
      expect(await store.removeTag(key, "keep-9", allow)).toBe("no-tag");
      expect(await store.addTag(key, "keep-1", UNLIMITED, allow)).toBe("present");
      expect(await store.removeTag(key, "other", own)).toBe("removed");
      expect(await store.replaceTags(key, new Set(["keep-1", "keep-2", "new"]), allow)).toBe("replaced");
      expect(await store.removeTag({ ...key, imageId: randomUUID() }, "keep-1", own)).toBe("no-image");
      // The server itself is held by no rule.
      expect(await store.removeTag({ imageId: image.id, projectId: "alpha" }, "keep-1", own)).toBe("removed");
      expect(await store.deleteTagRule(rule.id)).toBe("deleted");
      expect(await store.deleteTagRule(rule.id)).toBe("no-rule");
      expect(await store.removeTag(key, "keep-2", own)).toBe("removed");
      expect(await store.deleteImage(key, allow)).toBe("deleted");
    });

    test("hold for the images of their project, or of all, and not for bearers of the role that they except", async () => {
      await using db = await kind.open();
      const { store } = db;
      await make(store, { pattern: "mine", unlessRole: "manager" });
      await make(store, { pattern: "ours", projectId: null });
      const outcomes: unknown[] = [];
      for (const who of [member, manager]) {
        for (const [owner, permit] of [
          ["alpha", own],
          ["beta", any],
          [null, any],
        ] as const) {
          const image = await imageWith(store, ["mine", "ours", "free"], { owner });
          const key = { imageId: image.id, projectId: "alpha", actor: who };
          for (const tag of image.tags) {
            const outcome = await store.removeTag(key, tag, permit).catch(reasonOf);
            if (outcome !== "removed") outcomes.push([who === manager, owner, tag, outcome]);
          }
        }
      }
      expect(outcomes).toEqual([
        [false, "alpha", "mine", "protected-tag"],
        [false, "alpha", "ours", "protected-tag"],
        [false, "beta", "ours", "protected-tag"],
        [false, null, "ours", "protected-tag"],
        [true, "alpha", "ours", "protected-tag"],
        [true, "beta", "ours", "protected-tag"],
        [true, null, "ours", "protected-tag"],
      ]);
    });

    test("forbid what they name alone", async () => {
      await using db = await kind.open();
      const { store } = db;
      const { id: imageId } = await imageWith(store, ["both"]);
      const key = { imageId, projectId: "alpha", actor: member };
      await make(store, { pattern: "in", forbid: ["add"] });
      await make(store, { pattern: "out", forbid: ["remove"] });
      await make(store, { pattern: "still", forbid: ["move"] });
      expect(await store.addTag(key, "in", UNLIMITED, allow).catch(reasonOf)).toBe("protected-tag");
      expect(await store.addTag(key, "out", UNLIMITED, allow)).toBe("added");
      expect(await store.removeTag(key, "out", own).catch(reasonOf)).toBe("protected-tag");
      expect(await store.addTag(key, "still", UNLIMITED, allow)).toBe("added");
      const { id: other } = await imageWith(store, ["still", "out"]);
      const move = (tag: string, from?: ImageKey) =>
        store
          .moveTag({ tag, to: key, from, quota: UNLIMITED, mayAdd: allow, mayRemove: () => allow })
          .then(({ outcome }) => outcome, reasonOf);
      const from = { ...key, imageId: other };
      expect([await move("still"), await move("still", from)]).toEqual(["protected-tag", "on-others"]);
      expect(await store.removeTag(key, "still", own)).toBe("removed");
      expect([await move("still"), await move("still", from)]).toEqual(["protected-tag", "protected-tag"]);
      // What nobody bears is not there to be moved, and what is where it is to go stays.
      expect([await move("none"), await move("both")]).toEqual(["no-tag", "moved"]);
      expect(await move("out")).toBe("moved");
      expect((await store.findImage(from))?.image.tags).toEqual(["still"]);
    });

    test("are kept as they were made, once each, and no more than there may be", async () => {
      await using db = await kind.open();
      const { store } = db;
      const said = {
        projectId: "alpha",
        pattern: String.raw`a\*b é?*`,
        forbid: ["add", "move"] as TagRuleVerb[],
        unlessRole: "manager",
        userId: "alice",
      };
      const made = await store.makeTagRule(said, 2);
      expect(made).toEqual({ ...said, id: expect.any(String), microseconds: expect.any(Number) });
      const rule = typeof made === "object" ? made : undefined;
      expect(await store.findTagRule(rule?.id ?? "")).toEqual(rule);
      expect(await store.makeTagRule({ ...said, userId: "bob", forbid: ["move", "add"] }, 2)).toBe("exists");
      const ofCloud = await store.makeTagRule({ ...said, projectId: null }, 1);
      const other = await store.makeTagRule({ ...said, forbid: ["move"] }, 2);
      expect(await store.makeTagRule({ ...said, unlessRole: null }, 2)).toBe("too-many");
      expect(await store.listTagRules("alpha")).toEqual([ofCloud, rule, other]);
      expect(await store.listTagRules("beta")).toEqual([ofCloud]);
      expect(await store.listTagRules(null)).toEqual([ofCloud]);
      expect(await store.findTagRule(randomUUID())).toBe("no-rule");
    });

    test("that are more than a process keeps hold all the same", async () => {
      await using db = await kind.open();
      const { store } = db;
      const another = await db.openAnother();
      const last = await make(store, { pattern: "last" });
      await addRules(db.url, MOST_KNOWN, (index) => `p-${index % 60}`);
      await make(store, { pattern: "all", projectId: null });
      for (const [owner, tag, outcome] of [
        ["alpha", last.pattern, "protected-tag"],
        ["beta", last.pattern, "removed"],
        ["beta", "all", "protected-tag"],
        ["p-7", last.pattern, "protected-tag"],
      ] as const) {
        const { id } = await imageWith(store, [tag], { owner });
        const key = { imageId: id, projectId: owner, actor: member };
        expect(await another.removeTag(key, tag, own).catch(reasonOf)).toBe(outcome);
      }
    });

    test("hold from their answer on, on every server of the database, whatever was under way", async () => {
      await using db = await kind.open();
      const stores = [db.store, await db.openAnother()];
      const tags = Array.from(
        { length: 2 * MANY },
        (_, index) => `${index % 2 === 0 ? "keep" : "free"}-${index}`,
      );
      const images = await Promise.all(Array.from({ length: MANY }, () => imageWith(db.store, tags)));
      const at = { asked: Infinity, made: Infinity };
      const wrong: string[] = [];
      let refused = 0;
      const removals = tags.map(async (tag, turn) => {
        await sleep(turn * 2);
        await Promise.all(
          images.map(async ({ id }, index) => {
            const store = stores[index % 2] ?? db.store;
            const key = { imageId: id, projectId: "alpha", actor: member };
            const wasMade = at.made !== Infinity;
            const permit = index % 5 === 0 ? allow : own;
            const outcome = await store.removeTag(key, tag, permit).catch(reasonOf);
            const isRefused = outcome === "protected-tag";
            if (isRefused) refused += 1;
            const expected = isRefused
              ? tag.startsWith("keep")
              : outcome === "removed" && !(wasMade && tag.startsWith("keep"));
            if (!expected) wrong.push(`${tag} after ${wasMade}: ${String(outcome)}`);
          }),
        );
      });
      await sleep(MANY);
      await make(stores[1] ?? db.store, { pattern: "keep-*" });
      at.made = performance.now();
      // What is there now stays.
      const left = await protectedTags(stores[0] ?? db.store, images);
      await Promise.all(removals);
      expect(wrong).toEqual([]);
      expect(await protectedTags(db.store, images)).toEqual(left);
      expect(refused).toBe(left.length);
      expect(left.length).toBeGreaterThan(0);
    });
  },
  ({ hasGlancesImages }) => !hasGlancesImages,
);

describeOnDatabases(
  "without a table for rules, on",
  (kind) => {
    test("none can be made, and none holds", async () => {
      await using db = await kind.open();
      const { store } = db;
      const rule = {
        projectId: null,
        pattern: "*",
        forbid: ["remove" as const],
        unlessRole: null,
        userId: null,
      };
      expect(await store.makeTagRule(rule, 10)).toBe("no-table");
      expect(await store.listTagRules("alpha")).toBe("no-table");
      expect(await store.findTagRule(randomUUID())).toBe("no-table");
      expect(await store.deleteTagRule(randomUUID())).toBe("no-table");
      const { id: imageId } = await imageWith(store, ["a", "b"]);
      const key = { imageId, projectId: "alpha", actor: member };
      expect(await store.removeTag(key, "a", own)).toBe("removed");
      expect(await store.removeTag(key, "b", allow)).toBe("removed");
    });
  },
  ({ hasGlancesImages }) => hasGlancesImages,
);

function actor(...roles: string[]): Actor {
  return { caller: { userId: "someone", projectId: "alpha", roles: new Set(roles) }, requestId: "req" };
}

async function make(store: ImageStore, said: Partial<NewTagRule>): Promise<TagRule> {
  const made = await store.makeTagRule(
    { projectId: "alpha", pattern: "*", forbid: ["remove", "add"], unlessRole: null, userId: null, ...said },
    100,
  );
  if (typeof made === "string") throw new Error(made);
  return made;
}

async function imageWith(store: ImageStore, tags: string[], said: Partial<NewImage> = {}): Promise<NewImage> {
  const image = newImage({ tags, ...said });
  await store.createImage(image);
  return image;
}

async function newestEvents(store: ImageStore, imageId: string): Promise<[string, string]> {
  const { events } = await store.walkTagEvents({ imageId, limit: 2, projectId: null, withRecords: false });
  const [first, second] = events.map(({ event }) => event.id);
  return [first ?? "", second ?? ""];
}

async function protectedTags(store: ImageStore, images: readonly NewImage[]): Promise<string[]> {
  const found = await Promise.all(
    images.map(({ id }) => store.findImage({ imageId: id, projectId: "alpha" } satisfies ImageKey)),
  );
  return found
    .flatMap((one) => one?.image.tags.map((tag) => `${one.image.id} ${tag}`) ?? [])
    .filter((line) => line.includes(" keep"))
    .toSorted();
}

function reasonOf(error: unknown): unknown {
  return error instanceof Error && "reason" in error ? error.reason : error;
}

/** Writes rules as the migration of another database might. */
async function addRules(url: string, count: number, projectOf: (index: number) => string): Promise<void> {
  const limits = { poolSize: 1, connectTimeout: 10_000, statementTimeout: 10_000 };
  const { store, database } = await openDatabase({ location: parseDatabaseUrl(url), ...limits });
  const { queries, dialect } = database;
  for (let start = 0; start < count; start += 500) {
    const rows = Array.from({ length: 500 }, (_, index) => ({
      id: dialect.toEventId(eventIdAt(start + index)),
      project_id: projectOf(start + index),
      pattern: "last",
      forbid: "remove add",
    }));
    await database.change(function* insert() {
      yield queries.insertInto("imagetags_rules").values(rows).compile();
    });
  }
  await store.close();
}

function withoutVersion(dump: ReadonlyMap<string, unknown>): Map<string, unknown> {
  return new Map([...dump].filter(([table]) => table !== "imagetags_rules_version"));
}
