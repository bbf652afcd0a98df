import { randomUUID } from "node:crypto";
import { temporaryFolder } from "@imagetags/testing/temporary-folder";
import { describe, expect, test } from "vitest";
import { newImage, tagsInFile } from "../../testing/make-image.ts";
import type { Permit } from "../../images/model/image-store.ts";
import { openSqlite } from "./open.ts";

const REFUSED = new Error("refused");

/** Permits what it says to be certain, and refuses all else. */
function permit(certain: "any" | "own"): Permit {
  const asked = ({ owner }: { owner: string | null }) =>
    certain === "any" || owner === "alpha" ? undefined : REFUSED;
  return Object.assign(asked, { certain });
}

describe("a removal that is permitted for certain", () => {
  test("of an image of one's own removes a tag once, whoever asks for it at the same time", async () => {
    await using file = await fileWith({ tags: ["x", "y"] });
    const outcomes = await Promise.all(
      Array.from({ length: 64 }, (_, index) => file.remove(index % 2 === 0 ? "x" : "y", permit("own"))),
    );
    expect(outcomes.filter((outcome) => outcome === "removed")).toHaveLength(2);
    expect(outcomes.filter((outcome) => outcome === "no-tag")).toHaveLength(62);
    expect(file.tags()).toEqual([]);
  });

  test.each(["alpha", "beta", null])("for every image is, of one owned by %j", async (owner) => {
    await using file = await fileWith({ owner, tags: ["x"] });
    expect(await file.remove("x", permit("any"))).toBe("removed");
    expect(await file.remove("x", permit("any"))).toBe("no-tag");
  });

  test.each(["beta", null])(
    "for one's own images is asked for, of one owned by %j, and may be refused",
    async (owner) => {
      await using file = await fileWith({ owner, tags: ["x"] });
      await expect(file.remove("x", permit("own"))).rejects.toBe(REFUSED);
      await expect(file.remove("never borne", permit("own"))).rejects.toBe(REFUSED);
      expect(file.tags()).toEqual(["x"]);
      const permitted = Object.assign(() => undefined, { certain: "own" as const });
      expect(await file.remove("x", permitted)).toBe("removed");
    },
  );

  test("is for nobody's image where the caller has no project", async () => {
    await using file = await fileWith({ owner: null, tags: ["x"] });
    await expect(file.remove("x", permit("own"), { projectId: null })).rejects.toBe(REFUSED);
  });

  test("finds an image by its UUID in either case, and none by another", async () => {
    const imageId = randomUUID();
    await using file = await fileWith({ id: imageId, tags: ["x"] });
    expect(await file.remove("x", permit("own"), { imageId: imageId.toUpperCase() })).toBe("removed");
    expect(await file.remove("x", permit("own"), { imageId: randomUUID() })).toBe("no-image");
  });

  test("holds to the precondition", async () => {
    await using file = await fileWith({ tags: ["x"] });
    const failed = new Error("not in that state");
    await expect(file.remove("x", permit("own"), { precondition: () => failed })).rejects.toBe(failed);
    expect(file.tags()).toEqual(["x"]);
  });

  test("of what is no well-formed text finds no tag", async () => {
    await using file = await fileWith({ tags: ["\ufffd"] });
    expect(await file.remove("\ud800", permit("own"))).toBe("no-tag");
    expect(file.tags()).toEqual(["\ufffd"]);
  });
});

/** A file of its own with one image, and removals from that image that project alpha asks for. */
async function fileWith(said: Parameters<typeof newImage>[0]) {
  const folder = temporaryFolder();
  const path = folder.at("test.db");
  const { store } = await openSqlite(path);
  const image = newImage(said);
  await store.createImage(image);
  return {
    remove: (tag: string, permitted: Permit, key: object = {}) =>
      store.removeTag({ imageId: image.id, projectId: "alpha", ...key }, tag, permitted),
    tags: () => tagsInFile(path, image.id),
    async [Symbol.asyncDispose]() {
      await store.close();
      folder[Symbol.dispose]();
    },
  };
}
