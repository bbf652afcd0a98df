import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { temporaryFolder } from "@imagetags/testing/temporary-folder";
import { expect, test, vi } from "vitest";
import type { Caller } from "../../identity/caller.ts";
import { claimFolder, openImageData } from "../../data/open-image-data.ts";
import { Policy } from "../../policy/policy.ts";
import { StoreUnavailable, type ImageStore } from "../model/image-store.ts";
import { openSqlite } from "../../store/sqlite/open.ts";
import { newImage } from "../../testing/make-image.ts";
import { deleteImage } from "../delete-image.ts";
import { uploadData } from "./upload-data.ts";

const MEMBER: Caller = { userId: "alice", projectId: "alpha", roles: new Set(["member", "reader"]) };

const QUOTAS = { tags: 128, properties: 128, members: 128, imageSize: -1, images: -1, storage: -1 };

/** A failure of the database in one of its calls, before or after the call's work is done. */
type Failure = {
  readonly in: "beginUpload" | "finishUpload";
  readonly workIsDone: boolean;
  /** Whether the database also takes nothing back, until the upload has been answered. */
  readonly stays?: boolean;
};

/**
 * Uploads over a database with a failure. Resolves with what is left, at once and once the database is well again.
 */
async function uploadWith(failure: Failure, lastly: string[]): Promise<{ atOnce: unknown; later: unknown }> {
  using folder = temporaryFolder();
  const { store } = await openSqlite(folder.at("test.db"));
  const { id: imageId } = await store
    .createImage(newImage({ diskFormat: "raw", containerFormat: "bare" }))
    .then((made) => (made === "id-taken" ? Promise.reject(new Error(made)) : made));
  const unavailable = new StoreUnavailable("failed on purpose");
  let isDown = failure.stays === true;
  const failing = new Proxy<ImageStore>(store, {
    get(target, name) {
      if (name === "abandonUpload" && isDown) return () => Promise.reject(unavailable);
      const member: unknown = Reflect.get(target, name);
      if (typeof member !== "function") return member;
      return async (...args: unknown[]) => {
        if (name !== failure.in) return await member.apply(target, args);
        if (failure.workIsDone) await member.apply(target, args);
        throw unavailable;
      };
    },
  });
  const reports: string[] = [];
  const images = folder.at("images");
  const data = await openImageData(await claimFolder(images), failing, (problem) => reports.push(problem));
  const service = { store: failing, data, policy: new Policy(), quotas: QUOTAS };
  await expect(uploadData(service, MEMBER, imageId, hello())).rejects.toBe(unavailable);

  const left = async () => {
    const found = await store.findImage({ imageId, projectId: "alpha" });
    const files = readdirSync(images).filter((name) => !name.startsWith(".in-use."));
    const sizes = files
      .toSorted(byEnding)
      .map((name) => `${ending(name)} ${statSync(join(images, name)).size}`);
    return [found?.image.status, ...sizes];
  };
  const atOnce = await left();
  isDown = false;
  if (failure.stays === true) {
    expect(reports).toEqual([
      `Taking back an upload of image ${imageId} failed and is tried again: failed on purpose`,
    ]);
    await vi.waitFor(async () => expect(await left()).toEqual(lastly), { timeout: 5_000 });
  }
  const later = await left();
  data.close();
  await store.close();
  return { atOnce, later };
}

const ending = (name: string): string => name.slice(name.lastIndexOf("."));
const byEnding = (one: string, other: string): number => ending(one).localeCompare(ending(other));

async function* hello(): AsyncGenerator<Uint8Array> {
  yield Buffer.from("hello");
}

test.each<[string, Failure, string[], string[]]>([
  [
    "does not take at the start leaves nothing",
    { in: "beginUpload", workIsDone: false },
    ["queued"],
    ["queued"],
  ],
  [
    "takes at the start, though it says otherwise, is taken back",
    { in: "beginUpload", workIsDone: true },
    ["queued"],
    ["queued"],
  ],
  [
    "does not take at the end is taken back",
    { in: "finishUpload", workIsDone: false },
    ["queued"],
    ["queued"],
  ],
  [
    "has taken, though it says otherwise, keeps its data",
    { in: "finishUpload", workIsDone: true },
    ["active", ".img 5"],
    ["active", ".img 5"],
  ],
  [
    "takes at the start, and then is away, is taken back when it is there again",
    { in: "beginUpload", workIsDone: true, stays: true },
    ["saving", ".part 0"],
    ["queued"],
  ],
  [
    "does not take at the end, and then is away, is taken back when it is there again",
    { in: "finishUpload", workIsDone: false, stays: true },
    ["saving", ".img 5", ".kept 0"],
    ["queued"],
  ],
])("an upload that the database %s", async (_, failure, atOnce, later) => {
  expect(await uploadWith(failure, later)).toEqual({ atOnce, later });
});

test("a deletion that the database has done, though it says otherwise, takes the data along", async () => {
  using folder = temporaryFolder();
  const { store } = await openSqlite(folder.at("test.db"));
  const { id } = newImage();
  await store.createImage(newImage({ id, diskFormat: "raw", containerFormat: "bare" }));
  const unavailable = new StoreUnavailable("failed on purpose");
  const failing = new Proxy<ImageStore>(store, {
    get(target, name) {
      const member: unknown = Reflect.get(target, name);
      if (typeof member !== "function") return member;
      return async (...args: unknown[]) => {
        const result: unknown = await member.apply(target, args);
        if (name === "deleteImage") throw unavailable;
        return result;
      };
    },
  });
  const data = await openImageData(await claimFolder(folder.at("images")), failing, () => undefined);
  const service = { store: failing, data, policy: new Policy(), quotas: QUOTAS };
  await uploadData(service, MEMBER, id, hello());
  expect(readdirSync(folder.at("images"))).toContain(`${id}.img`);
  await expect(deleteImage(service, { caller: MEMBER, requestId: "req-1" }, id.toUpperCase())).rejects.toBe(
    unavailable,
  );
  expect(readdirSync(folder.at("images"))).toEqual([expect.stringMatching(/^\.in-use\./)]);
  data.close();
  await store.close();
});
