import { randomUUID } from "node:crypto";
import { expect, test } from "vitest";
import { describeOnDatabases } from "../../testing/database-kinds.ts";
import { cloudTagFilter, listFilter } from "../../testing/list-filter.ts";
import { newImage } from "../../testing/make-image.ts";
import { manyTagsChange } from "../../testing/many-tags-change.ts";
import { openServerStore } from "../../testing/open-server-store.ts";
import type { ImageStore, Permit } from "../../images/model/image-store.ts";
import { rowsOf } from "../sql/statement.ts";

const allow: Permit = () => undefined;
const own: Permit = Object.assign(() => undefined, { preauthorized: "own" as const });
const RULE = {
  projectId: "alpha",
  pattern: "r-*",
  forbid: ["remove"],
  unlessRole: null,
  userId: null,
} as const;
const members = { image: allow, member: allow };

/*
 * After a conflict a node of Galera answers COMMIT with OK, and has committed nothing, where a SELECT was prepared
 * within the transaction.
 */
describeOnDatabases(
  "a store prepares no statement on",
  (kind) => {
    test("whatever it is asked for", async () => {
      const limits = { poolSize: 1, connectTimeout: 10_000, statementTimeout: 10_000 };
      await using opened = await openServerStore(kind, limits);
      const { base, store } = opened;
      const prepared = () =>
        base.autocommit(function* () {
          const sql = "show session status where variable_name in ('Com_stmt_prepare', 'Com_stmt_execute')";
          return rowsOf<{ Value: string }>(yield { sql, parameters: [] }).map(({ Value }) => Value);
        });
      for (const [name, ask] of Object.entries(everyOperation(store))) {
        await ask();
        expect(await prepared(), name).toEqual(["0", "0"]);
      }
    });
  },
  ({ name }) => name.includes("MariaDB"),
);

/** Every operation, some in several ways. The compiler sees that none is missing. */
function everyOperation(
  store: ImageStore,
): Record<Exclude<keyof ImageStore, "overloaded" | "close">, () => Promise<unknown>> {
  const image = newImage({ tags: ["a", "b", "c", "日本"], properties: new Map([["os", "linux"]]) });
  const key = { imageId: image.id, projectId: "alpha" };
  const data = {
    size: 1,
    virtualSize: null,
    checksum: "0",
    osHashAlgo: "sha512",
    osHashValue: "0",
    location: "file:///x",
  };
  const ways = {
    createImage: () => store.createImage(image),
    findImage: () => store.findImage(key),
    findImageData: () => store.findImageData(key),
    findUsage: () => store.findUsage("alpha"),
    findDeleted: () => store.findDeleted(image.id),
    findStores: () => store.findStores([image.id]),
    listImages: () => store.listImages(listFilter({ tags: { all: ["a"] } })),
    listCloudTags: () => store.listCloudTags(cloudTagFilter({ name: { begins: "日" } })),
    moveTag: () =>
      store.moveTag({
        tag: "a",
        to: key,
        from: undefined,
        quota: 10,
        mayAdd: allow,
        mayRemove: () => allow,
      }),
    undoTagEvent: () =>
      store.undoTagEvent(
        key,
        { id: "0190f5fe-7c00-7000-8000-000000000000", tag: "日本", action: "removed" },
        10,
        allow,
      ),
    walkTagEvents: () =>
      store.walkTagEvents({ limit: 10, projectId: "alpha", withRecords: true, tag: "日本" }),
    planTags: () => store.planTags(manyTagsChange([image.id], { remove: ["日本"], add: ["many", "viele"] })),
    changeManyTags: () =>
      store.changeManyTags(manyTagsChange([image.id], { add: ["many", "viele"] }), () => undefined),
    addTag: () => store.addTag(key, "new", 10, allow),
    removeTag: () => store.removeTag(key, "a", allow),
    removeTagPreauthorized: () => store.removeTag(key, "b", own),
    removeTagsAtOnce: () =>
      Promise.all(
        ["c", "日本", "new", "none", ...Array(8).keys()].map((tag) => store.removeTag(key, `${tag}`, own)),
      ),
    replaceTags: () => store.replaceTags(key, new Set(["x", "y"]), allow),
    updateImage: () =>
      store.updateImage(key, allow, () => ({
        fields: { name: "new" },
        tags: new Set(["z"]),
        properties: new Map([["os", "bsd"]]),
      })),
    rehearseUpdate: () =>
      store.rehearseUpdate(key, allow, ({ properties }) => ({
        fields: {},
        tags: new Set(["a"]),
        properties,
      })),
    addMember: () => store.addMember(key, "beta", 10, allow),
    setMemberStatus: () => store.setMemberStatus(key, "beta", "accepted", members),
    findMembers: () => store.findMembers(key),
    removeMember: () => store.removeMember(key, "beta", members),
    beginUpload: () => store.beginUpload(key, allow, () => undefined),
    abandonUpload: () => store.abandonUpload(image.id),
    finishUpload: () => store.finishUpload(image.id, data),
    deleteImage: () => store.deleteImage(key, allow),
    removeTagOfNone: () => store.removeTag({ ...key, imageId: randomUUID() }, "a", own),
    makeTagRule: () => store.makeTagRule(RULE, 10),
    listTagRules: () => store.listTagRules("alpha"),
    findTagRule: () => store.findTagRule("0190f5fe-7c00-7000-8000-000000000000"),
    deleteTagRule: () => store.deleteTagRule("0190f5fe-7c00-7000-8000-000000000000"),
    ping: () => store.ping(),
  };
  return ways;
}
