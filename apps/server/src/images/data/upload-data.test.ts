import { readdirSync } from "node:fs";
import { temporaryFolder } from "@imagetags/testing/temporary-folder";
import { expect, test } from "vitest";
import type { Caller } from "../../identity/caller.ts";
import { openImageData } from "../../data/open-image-data.ts";
import { Policy } from "../../policy/policy.ts";
import type { ImageRecord } from "../model/image-record.ts";
import { StoreUnavailable, type ImageStore } from "../model/image-store.ts";
import { openSqlite } from "../../store/sqlite/open.ts";
import { newImage } from "../../testing/make-image.ts";
import { uploadData } from "./upload-data.ts";

const MEMBER: Caller = { userId: "alice", projectId: "alpha", roles: new Set(["member", "reader"]) };

/** The database fails in one of its calls, before the call's work is done or after it. */
type Failure = {
  readonly in: "beginUpload" | "finishUpload";
  readonly workIsDone: boolean;
  readonly forGood?: boolean;
};

/** Uploads over a database with a failure; tells what is left. */
async function uploadWith(
  failure: Failure,
): Promise<{ image: ImageRecord | undefined; files: string[]; error: unknown }> {
  using folder = temporaryFolder();
  const { store } = await openSqlite(folder.at("test.db"));
  const data = await openImageData(folder.at("images"), store, () => undefined);
  const { id: imageId } = await store
    .createImage(newImage({ diskFormat: "raw", containerFormat: "bare" }))
    .then((made) => (made === "id-taken" ? Promise.reject(new Error(made)) : made));
  const unavailable = new StoreUnavailable("failed on purpose");
  const failing = new Proxy<ImageStore>(store, {
    get(target, name) {
      if (name === "abandonUpload" && failure.forGood === true) return () => Promise.reject(unavailable);
      const member: unknown = Reflect.get(target, name);
      if (typeof member !== "function") return member;
      return async (...args: unknown[]) => {
        if (name !== failure.in) return await member.apply(target, args);
        if (failure.workIsDone) await member.apply(target, args);
        throw unavailable;
      };
    },
  });
  let error: unknown;
  try {
    await uploadData({ store: failing, data, policy: new Policy(), tagQuota: 128 }, MEMBER, imageId, hello());
  } catch (thrown) {
    error = thrown;
  }
  expect(error).toBe(unavailable);
  const found = await store.findImage({ imageId, projectId: "alpha" });
  const files = readdirSync(folder.at("images")).filter((name) => name !== ".in-use");
  data.close();
  await store.close();
  return { image: found?.image, files: files.map((name) => name.replace(imageId, "<id>")), error };
}

async function* hello(): AsyncGenerator<Uint8Array> {
  yield Buffer.from("hello");
}

test("an upload that the database does not take at the start leaves nothing", async () => {
  const { image, files } = await uploadWith({ in: "beginUpload", workIsDone: false });
  expect([image?.status, files]).toEqual(["queued", []]);
});

test("an upload that the database does not take at the end is taken back", async () => {
  const { image, files } = await uploadWith({ in: "finishUpload", workIsDone: false });
  expect([image?.status, files]).toEqual(["queued", []]);
});

test("an upload that the database has taken, though it says otherwise, keeps its data", async () => {
  const { image, files } = await uploadWith({ in: "finishUpload", workIsDone: true });
  expect([image?.status, image?.size, files]).toEqual(["active", 5, ["<id>.img"]]);
});

test("an upload that the database neither takes nor takes back is left to the next start", async () => {
  const { image, files } = await uploadWith({ in: "finishUpload", workIsDone: false, forGood: true });
  expect([image?.status, files]).toEqual(["saving", ["<id>.img"]]);
});
