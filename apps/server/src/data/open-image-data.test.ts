import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { randomUUID } from "node:crypto";
import { temporaryFolder, type TemporaryFolder } from "@imagetags/testing/temporary-folder";
import { describe, expect, test } from "vitest";
import { newImage } from "../testing/make-image.ts";
import type { ImageStore } from "../images/model/image-store.ts";
import { openSqlite } from "../store/sqlite/open.ts";
import { claimFolder, openImageData } from "./open-image-data.ts";

const allow = (): undefined => undefined;

/** Opens a store beside an empty folder for data. */
async function setUp(): Promise<
  AsyncDisposable & { folder: TemporaryFolder; store: ImageStore; images: string }
> {
  const folder = temporaryFolder();
  const { store } = await openSqlite(folder.at("test.db"));
  const images = folder.at("images");
  mkdirSync(images);
  return {
    folder,
    store,
    images,
    async [Symbol.asyncDispose]() {
      await store.close();
      folder[Symbol.dispose]();
    },
  };
}

/** An image of a status, or one that was deleted. */
async function imageThatIs(store: ImageStore, status: string): Promise<string> {
  const { id } = newImage();
  await store.createImage(newImage({ id, status: status === "deleted" ? "queued" : status }));
  if (status === "deleted") await store.deleteImage({ imageId: id, projectId: "alpha" }, allow);
  return id;
}

async function openAndClose(images: string, store: ImageStore): Promise<void> {
  const problems: string[] = [];
  (await openImageData(await claimFolder(images), store, (problem) => problems.push(problem))).close();
  expect(problems).toEqual([]);
}

const filesIn = (folder: string): string[] => readdirSync(folder).filter((name) => name !== ".in-use");
const partOf = (imageId: string): string => `${imageId}.${randomUUID()}.part`;

describe("opening a folder of image data", () => {
  test.each([
    ["saving", "queued", []],
    ["queued", "queued", ["whole"]],
    ["active", "active", ["whole"]],
    ["deleted", undefined, []],
  ])(
    "where an image that is %s has a part and whole data: it is %s then, with %j",
    async (status, then, left) => {
      await using setting = await setUp();
      const { store, images } = setting;
      const imageId = await imageThatIs(store, status);
      for (const name of [partOf(imageId), partOf(imageId), `${imageId}.img`])
        writeFileSync(join(images, name), "x");

      await openAndClose(images, store);

      expect((await store.findImage({ imageId, projectId: "alpha" }))?.image.status).toBe(then);
      expect(filesIn(images)).toEqual(left.map(() => `${imageId}.img`));
    },
  );

  test("leaves alone the data of images that the database does not know: it may be the wrong one", async () => {
    await using setting = await setUp();
    const { store, images } = setting;
    const imageId = randomUUID();
    const names = [`${imageId}.img`, partOf(imageId)].toSorted();
    for (const name of names) writeFileSync(join(images, name), "x");
    await openAndClose(images, store);
    expect(filesIn(images)).toEqual(names);
  });

  test("leaves alone what is no data of ours, such as a file of Glance's", async () => {
    await using setting = await setUp();
    const { store, images } = setting;
    const imageId = await imageThatIs(store, "saving");
    const names = [imageId, `${imageId}.part`, `${imageId}.qcow2`, "%zz.img", "notes.txt"].toSorted();
    for (const name of names) writeFileSync(join(images, name), "x");
    await openAndClose(images, store);
    expect(filesIn(images)).toEqual(names);
    expect((await store.findImage({ imageId, projectId: "alpha" }))?.image.status).toBe("saving");
  });

  test("clears up nothing while another process uses it, and everything once that is gone", async () => {
    await using setting = await setUp();
    const { store, images } = setting;
    const other = await openImageData(await claimFolder(images), store, () => undefined);
    const imageId = await imageThatIs(store, "saving");
    writeFileSync(join(images, partOf(imageId)), "x");

    await openAndClose(images, store);
    expect(filesIn(images)).toHaveLength(1);
    other.close();
    await openAndClose(images, store);
    expect(filesIn(images)).toEqual([]);
  });

  test("clears up more images than are looked up together", async () => {
    await using setting = await setUp();
    const { store, images } = setting;
    const ids = await Promise.all(Array.from({ length: 600 }, () => imageThatIs(store, "saving")));
    for (const id of ids) writeFileSync(join(images, partOf(id)), "x");
    await openAndClose(images, store);
    expect(filesIn(images)).toEqual([]);
  });
});

describe("an id of any characters", () => {
  test.each(["..", "a/b", "../../etc/passwd", "%2e", "é", "a b#?"])(
    "%j has its data in the folder, and gets it swept",
    async (id) => {
      await using setting = await setUp();
      const { folder, store, images } = setting;
      await store.createImage(newImage({ id, status: "saving" }));
      const data = await openImageData(await claimFolder(images), store, () => undefined);
      expect(data.locationOf(id)).toMatch(/\.img$/);
      const upload = await data.beginUpload(id);
      const before = readdirSync(folder.path);
      const kept = await upload.keep(bytes("hello"));
      expect(kept).toMatchObject({ location: data.locationOf(id), size: 5 });
      expect(filesIn(images)).toEqual([`${encodeURIComponent(id)}.img`]);
      expect(readdirSync(folder.path)).toEqual(before);
      data.close();
      await openAndClose(images, store);
      expect(filesIn(images)).toEqual([]);
    },
  );
});

async function* bytes(text: string): AsyncGenerator<Uint8Array> {
  yield Buffer.from(text);
}
