import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { describeOnDatabases } from "../../testing/database-kinds.ts";
import { newImage } from "../../testing/make-image.ts";
import { openServerStore } from "../../testing/open-server-store.ts";
import { StoreOverloaded, type ImageKey, type Permit } from "../../images/model/image-store.ts";

/** The most changes that may wait for the database. */
const BOUND = 1_000;
const own: Permit = Object.assign(() => undefined, { preauthorized: "own" as const });

describeOnDatabases(
  "a store is overloaded on",
  (kind) => {
    test("while so many changes wait, and does those that it took in", async () => {
      const limits = { poolSize: 4, connectTimeout: 30_000, statementTimeout: 60_000 };
      await using opened = await openServerStore(kind, limits);
      const { database, store } = opened;
      const image = newImage({ tags: ["a"] });
      await store.createImage(image);
      const key: ImageKey = { imageId: image.id, projectId: "alpha" };
      const unlock = await database.lockImage(image.id);
      const waiting = Array.from({ length: BOUND }, () => store.removeTag(key, "a", own));
      await sleep(50);
      expect(store.overloaded()).toBe(true);
      await expect(store.addTag(key, "b", -1, own)).rejects.toThrow(StoreOverloaded);
      await expect(store.removeTag(key, "a", own)).rejects.toThrow(StoreOverloaded);
      await unlock();
      const outcomes = await Promise.all(waiting);
      expect(outcomes.filter((outcome) => outcome === "removed")).toHaveLength(1);
      expect(outcomes.filter((outcome) => outcome === "no-tag")).toHaveLength(BOUND - 1);
      expect(store.overloaded()).toBe(false);
      expect(await store.addTag(key, "b", -1, own)).toBe("added");
    });
  },
  ({ isServer }) => isServer,
);
