import { imsImage, startStandInIms, type Region } from "@imagetags/testing/image-service/stand-in-ims";
import { expect, test } from "vitest";
import { createClient } from "../client.ts";
import { ImageNotFoundError, RefusedError } from "../errors/refusal-errors.ts";
import { rejection } from "../testing/test-server.ts";
import { addTag } from "./add-tag.ts";
import { findImage } from "./find-image.ts";
import { images } from "./images.ts";
import { listTags } from "./list-tags.ts";
import { removeTagEverywhere } from "./remove-tag-everywhere.ts";
import { removeTag } from "./remove-tag.ts";
import { tagCounts } from "./tag-counts.ts";

const FIRST = imsImage(1).id;

async function startIms(count: number, region: Region = {}) {
  const service = await startStandInIms(
    Array.from({ length: count }, (_, index) => imsImage(index + 1, "old", `own${index + 1}`)),
    region,
  );
  return { service, client: createClient({ endpoint: service.endpoint, token: "t", profile: "ims" }) };
}

test("a tag is added, listed, removed, and found to be gone", async () => {
  const { service, client } = await startIms(1);
  await using _ = service;
  await addTag(client, FIRST, "new");
  expect(await listTags(client, FIRST)).toEqual(["old", "own1", "new"]);
  expect(await removeTag(client, FIRST, "old")).toMatchObject({ outcome: "removed" });
  expect(await removeTag(client, FIRST, "old")).toMatchObject({ outcome: "alreadyAbsent" });
});

test("images are made, found by name, and listed by tag, by the service's own properties and page by page", async () => {
  const { service, client } = await startIms(7);
  await using _ = service;
  const made = await client.images.create({ body: { name: "mine", __os_type: "Windows" } });
  expect(made).toMatchObject({ status: 201, body: { name: "mine", __os_type: "Windows" } });
  expect(await findImage(client, "CentOS 7.3")).toMatchObject({ id: imsImage(3).id, __os_bit: "64" });
  const windows = await Array.fromAsync(images(client, { __os_type: "Windows" }));
  expect(windows.map(({ name }) => name)).toEqual(["mine"]);
  const paged = await Array.fromAsync(images(client, { tag: "old", limit: 2 }));
  expect(paged.map(({ name }) => name)).toEqual([1, 2, 3, 4, 5, 6, 7].map((number) => `CentOS 7.${number}`));
  expect((await tagCounts(client)).get("old")).toBe(7);
});

test("a tag is removed from all images, though the service knows no hidden ones", async () => {
  const { service, client } = await startIms(5);
  await using _ = service;
  const results = await Array.fromAsync(removeTagEverywhere(client, "old", { limit: 2 }));
  expect(results.map(({ outcome }) => outcome)).toEqual(Array(5).fill("removed"));
  expect(service.images.flatMap(({ tags }) => tags)).toEqual(["own1", "own2", "own3", "own4", "own5"]);
});

test.each([400, 404] as const)(
  "an image that is not there is told so, where that is a %i",
  async (missingImage) => {
    const { service, client } = await startIms(0, { missingImage });
    await using _ = service;
    for (const work of [removeTag, addTag]) {
      expect(await rejection(work(client, FIRST, "t"))).toBeInstanceOf(ImageNotFoundError);
    }
    expect(await rejection(listTags(client, FIRST))).toBeInstanceOf(ImageNotFoundError);
    expect(await rejection(findImage(client, FIRST))).toBeInstanceOf(ImageNotFoundError);
  },
);

test.each([
  ["an equals sign", "test=testvalue", "IMG.0115", "invalid-tag"],
  ["more characters than a region takes", "x".repeat(37), "IMG.0115", "invalid-tag"],
  ["an eleventh", "eleventh", "IMG.0116", "tag-quota-exceeded"],
])("a tag with %s is refused by the service's code, with a reason", async (...[, tag, errorCode, reason]) => {
  const { service, client } = await startIms(1, { tagLength: 36 });
  await using _ = service;
  for (let number = 3; number <= 10; number += 1) await addTag(client, FIRST, `t${number}`);
  const error = await rejection(addTag(client, FIRST, tag));
  expect(error).toBeInstanceOf(RefusedError);
  expect(error).toMatchObject({ status: 400, errorCode, reason });
});
