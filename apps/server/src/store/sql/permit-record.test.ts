import { afterAll, beforeAll, expect, test } from "vitest";
import type { StoreUnderTest } from "../../testing/database-kind.ts";
import { describeOnDatabases } from "../../testing/database-kinds.ts";
import { newImage } from "../../testing/make-image.ts";
import type { ImageAccess } from "../../images/model/image-record.ts";
import type { ImageKey, ImageStore, Permit } from "../../images/model/image-store.ts";

const refusal = new Error("The image is locked.");

/** Refuses what is locked, and what it is not shown. */
const unlessLocked: Permit = Object.assign(
  ({ record }: ImageAccess) => (record?.properties.get("state") === "open" ? undefined : refusal),
  { needsRecord: true },
);

const CHANGES: Readonly<
  Record<string, (store: ImageStore, key: ImageKey, permit: Permit) => Promise<unknown>>
> = {
  removeTag: (store, key, permit) => store.removeTag(key, "miracle", permit),
  "removeTag where it is preauthorized on one's own": (store, key, permit) => {
    const ofAnother = Object.assign((image: ImageAccess) => permit(image), {
      preauthorized: "own" as const,
      needsRecord: true,
    });
    return store.removeTag({ ...key, projectId: "beta" }, "miracle", ofAnother);
  },
  addTag: (store, key, permit) => store.addTag(key, "new", -1, permit),
  replaceTags: (store, key, permit) => store.replaceTags(key, new Set(["new"]), permit),
  deleteImage: (store, key, permit) => store.deleteImage(key, permit),
};

describeOnDatabases("a permit that needs the whole image is asked with it on", (kind) => {
  let under: StoreUnderTest;
  beforeAll(async () => {
    under = await kind.open();
  });
  afterAll(() => under[Symbol.asyncDispose]());

  test.each(Object.entries(CHANGES))("%s", async (_, change) => {
    const { store } = under;
    const images = ["open", "locked"].map((state) =>
      newImage({ tags: ["miracle"], properties: new Map([["state", state]]) }),
    );
    for (const image of images) await store.createImage(image);
    const [open, locked] = images.map(({ id }): ImageKey => ({ imageId: id, projectId: "alpha" }));
    if (open === undefined || locked === undefined) throw new Error("There are two images.");
    expect(await change(store, open, unlessLocked)).toMatch(/^(removed|added|replaced|deleted)$/);
    await expect(change(store, locked, unlessLocked)).rejects.toBe(refusal);
    expect((await store.findImage(locked))?.image.tags).toEqual(["miracle"]);
  });
});
