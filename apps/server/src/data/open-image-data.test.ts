import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { randomUUID } from "node:crypto";
import { temporaryFolder, type TemporaryFolder } from "@imagetags/testing/temporary-folder";
import { describe, expect, test, vi } from "vitest";
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
  const folder = await claimFolder(images);
  (await openImageData(folder, store, (problem) => problems.push(problem))).close();
  folder.release();
  expect(problems).toEqual([]);
}

const statusOf = async (store: ImageStore, imageId: string): Promise<string | undefined> =>
  (await store.findImage({ imageId, projectId: "alpha" }))?.image.status;

const fail = (problem: string): void => expect.fail(problem);

const filesIn = (folder: string): string[] =>
  readdirSync(folder).filter((name) => !name.startsWith(".in-use."));
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

  test("takes back what an ended process left, and nothing of one that goes on", async () => {
    await using setting = await setUp();
    const { store, images } = setting;
    const [ended, other] = [await claimFolder(images), await claimFolder(images)];
    const [endeds, others] = await Promise.all([ended, other].map((use) => openImageData(use, store, fail)));
    const [broken, atPlace, goesOn] = [
      await imageThatIs(store, "saving"),
      await imageThatIs(store, "saving"),
      await imageThatIs(store, "saving"),
    ];
    await endeds?.beginUpload(broken);
    await (await endeds?.beginUpload(atPlace))?.keep(bytes("hello"));
    const upload = await others?.beginUpload(goesOn);
    ended.release();

    await openAndClose(images, store);
    expect(await statusOf(store, broken)).toBe("queued");
    expect(await statusOf(store, atPlace)).toBe("queued");
    expect(await statusOf(store, goesOn)).toBe("saving");
    expect(filesIn(images)).toEqual(upload?.paths.slice(0, 1).map((path) => basename(path)));

    other.release();
    await openAndClose(images, store);
    expect(await statusOf(store, goesOn)).toBe("queued");
    expect(filesIn(images)).toEqual([]);
  });

  test("leaves an image alone whose upload goes on in another process, though a broken one lies beside it", async () => {
    await using setting = await setUp();
    const { store, images } = setting;
    const other = await claimFolder(images);
    const data = await openImageData(other, store, fail);
    const imageId = await imageThatIs(store, "saving");
    const upload = await data.beginUpload(imageId);
    await upload.keep(bytes("hello"));
    const broken = join(images, partOf(imageId));
    writeFileSync(broken, "x");

    const problems: string[] = [];
    const again = await claimFolder(images);
    const another = await openImageData(again, store, (problem) => problems.push(problem));
    expect(problems).toEqual([
      `Taking back a broken upload of image ${imageId} failed and is tried again: Another upload of the image is under way.`,
    ]);
    expect(await statusOf(store, imageId)).toBe("saving");
    expect(filesIn(images)).toContain(`${imageId}.img`);

    const received = { size: 5, virtualSize: null, checksum: "", osHashAlgo: "sha512", osHashValue: "" };
    await store.finishUpload(imageId, { ...received, location: data.locationOf(imageId) });
    await upload.end();
    await vi.waitFor(() => expect(filesIn(images)).toEqual([`${imageId}.img`]), { timeout: 5_000 });
    expect(await statusOf(store, imageId)).toBe("active");
    another.close();
    again.release();
    other.release();
  });

  test("leaves no mark of a process that has ended", async () => {
    await using setting = await setUp();
    const { store, images } = setting;
    writeFileSync(join(images, `.in-use.${randomUUID()}`), "");
    await openAndClose(images, store);
    expect(readdirSync(images)).toEqual([]);
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
      const claimed = await claimFolder(images);
      const data = await openImageData(claimed, store, fail);
      expect(data.locationOf(id)).toMatch(/\.img$/);
      const upload = await data.beginUpload(id);
      const before = readdirSync(folder.path);
      const kept = await upload.keep(bytes("hello"));
      expect(kept).toMatchObject({ location: data.locationOf(id), size: 5 });
      expect(filesIn(images)).toContain(`${encodeURIComponent(id)}.img`);
      expect(readdirSync(folder.path)).toEqual(before);
      data.close();
      claimed.release();
      await openAndClose(images, store);
      expect(filesIn(images)).toEqual([]);
    },
  );
});

async function* bytes(text: string): AsyncGenerator<Uint8Array> {
  yield Buffer.from(text);
}
