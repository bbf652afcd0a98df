import { imsImage, startStandInIms, type Region } from "@imagetags/testing/image-service/stand-in-ims";
import { expect, test } from "vitest";
import { createClient, type Client } from "../client.ts";
import { ImageNotFoundError, RefusedError } from "../errors/refusal-errors.ts";
import { rejection } from "../testing/test-server.ts";
import { addTag } from "./add-tag.ts";
import { cloudTags } from "./cloud-tags.ts";
import { findImage } from "./find-image.ts";
import { images } from "./images.ts";
import { imsTagOf, imsTagsAction } from "./ims-tags-action.ts";
import { listTags } from "./list-tags.ts";
import { removeTagEverywhere } from "./remove-tag-everywhere.ts";
import { removeTag } from "./remove-tag.ts";
import { tagCounts } from "./tag-counts.ts";
import { tagEvents } from "./tag-events.ts";
import { tagRules } from "./tag-rules.ts";

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

test("a tag with a value is added and removed by the service's own call, and takes no other's place", async () => {
  const { service, client } = await startIms(2);
  await using _ = service;
  await addTag(client, FIRST, "env=prod");
  await addTag(client, FIRST, "env=prod");
  expect(await listTags(client, FIRST)).toEqual(["old", "own1", "env=prod"]);
  for (const [tag, borne] of [
    ["env=test", "env=prod"],
    ["old=1", "old"],
  ] as const) {
    expect(await rejection(addTag(client, FIRST, tag))).toMatchObject({ code: "TAG_KEY_TAKEN", tag, borne });
  }
  expect(await removeTag(client, FIRST, "env=test")).toMatchObject({ outcome: "alreadyAbsent" });
  await addTag(client, imsImage(2).id, "env=prod");
  const removed = await Array.fromAsync(removeTagEverywhere(client, "env=prod"));
  expect(removed.map(({ outcome }) => outcome)).toEqual(["removed", "removed"]);
  expect(service.images.map(({ tags }) => tags)).toEqual([
    ["old", "own1"],
    ["old", "own2"],
  ]);
  expect(await rejection(removeTag(client, imsImage(9).id, "env=prod"))).toBeInstanceOf(ImageNotFoundError);
});

test("of an image without an owner a tag with a value is refused as the service refuses it", async () => {
  const image = { ...imsImage(1, "env=prod"), owner: null };
  await using service = await startStandInIms([image]);
  const client = createClient({ endpoint: service.endpoint, token: "t", profile: "ims" });
  expect(await rejection(removeTag(client, FIRST, "env=prod"))).toMatchObject({ errorCode: "IMG.0115" });
});

test("a server with that tag rule and without that call is told as it refused the tag", async () => {
  const asked: string[] = [];
  const refusal = { error: { code: "IMG.0115", message: "A tag can contain only digits." } };
  const fetch = async (input: RequestInfo | URL, init?: RequestInit) => {
    const { method } = new Request(input, init);
    asked.push(method);
    if (method === "GET") return Response.json(imsImage(1, "env=prod"));
    return method === "DELETE"
      ? Response.json(refusal, { status: 400 })
      : new Response("<h1>404</h1>", { status: 404, headers: { "Content-Type": "text/html" } });
  };
  const client = createClient({ endpoint: "http://127.0.0.1:1", token: "t", profile: "ims", fetch });
  expect(await rejection(removeTag(client, FIRST, "env=prod"))).toMatchObject({
    code: "REFUSED",
    status: 400,
    errorCode: "IMG.0115",
  });
  expect(asked).toEqual(["DELETE", "GET", "POST"]);
});

test("several tags of an image are added and deleted in one request, as the documents show it", async () => {
  const { service, client } = await startIms(1);
  await using _ = service;
  const projectId = String(imsImage(1)["owner"]);
  const tags = [
    { key: "key1", value: "value1" },
    { key: "key2", value: "value2" },
    { key: "key3", value: "" },
  ];
  const change = { projectId, imageId: FIRST, tags };
  await imsTagsAction(client, { ...change, action: "create" });
  expect(await listTags(client, FIRST)).toEqual(["old", "own1", "key1=value1", "key2=value2", "key3"]);
  expect(tags.map(({ key, value }) => imsTagOf(value === "" ? key : `${key}=${value}`))).toEqual(tags);
  await imsTagsAction(client, { ...change, action: "delete" });
  await imsTagsAction(client, { ...change, action: "delete" });
  expect(await listTags(client, FIRST)).toEqual(["old", "own1"]);
  const others = await rejection(imsTagsAction(client, { ...change, projectId: "other", action: "create" }));
  expect(others).toMatchObject({ status: 403, reason: "forbidden" });
  const twice = [...tags, { key: "key1", value: "" }];
  expect(await rejection(imsTagsAction(client, { ...change, tags: twice, action: "create" }))).toMatchObject({
    errorCode: "IMG.0115",
  });
  const glance = createClient({ endpoint: service.endpoint, token: "t" });
  expect(await rejection(imsTagsAction(glance, { ...change, action: "delete" }))).toMatchObject({
    code: "INVALID_OPTION",
  });
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
  ["a dot", "test.testvalue", "IMG.0115", "invalid-tag"],
  ["a value that is too long", `k=${"v".repeat(44)}`, "IMG.0115", "invalid-tag"],
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

test.each([
  ["all tags", (client: Client) => Array.fromAsync(cloudTags(client)), "NOT_SERVED"],
  ["the history", (client: Client) => Array.fromAsync(tagEvents(client)), "NO_TAG_HISTORY"],
  ["the rules about tags", (client: Client) => tagRules(client), "NOT_SERVED"],
])(
  "a service without %s is told so, though its code for an unknown path is about an image",
  async (...[, ask, code]) => {
    const body = { error: { code: "IMG.0144", message: "The image does not exist." } };
    const fetch = async () => Response.json(body, { status: 404 });
    const client = createClient({ endpoint: "http://127.0.0.1:1", token: "t", profile: "ims", fetch });
    expect(await rejection(ask(client))).toMatchObject({ code });
  },
);
