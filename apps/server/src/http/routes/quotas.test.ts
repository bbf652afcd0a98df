import { expect, test } from "vitest";
import { ask, errorIn, makeImage } from "../../testing/api.ts";
import { startTestServer, type TestServer } from "../../testing/test-server.ts";
import { READY, shown, upload } from "../../testing/upload.ts";

async function refusedUpload(server: TestServer, data: string, chunked: boolean): Promise<string> {
  const imageId = await makeImage(server, READY);
  const headers = [["Content-Type", "application/octet-stream"]] as const;
  const reply = await ask(server, "PUT", `/v2/images/${imageId}/file`, { headers, body: data, chunked });
  expect((await shown(server, imageId))["status"]).toBe("queued");
  return `${reply.status} ${errorIn(reply).message}`;
}

test.each([true, false])("no more data is taken than an image may have (chunked: %s)", async (chunked) => {
  await using server = await startTestServer({ env: { IMAGETAGS_IMAGE_SIZE_CAP: "10" } });
  const imageId = await makeImage(server, READY);
  expect((await upload(server, imageId, "x".repeat(10))).status).toBe(204);
  expect(await refusedUpload(server, "x".repeat(11), chunked)).toBe(
    "413 The provided image is too large. Maximum: 10 bytes",
  );
});

test.each([true, false])("no more data is taken than a project may have (chunked: %s)", async (chunked) => {
  await using server = await startTestServer({ env: { IMAGETAGS_USER_STORAGE_QUOTA: "1KB" } });
  const first = await makeImage(server, READY);
  expect((await upload(server, first, "x".repeat(1000))).status).toBe(204);
  expect(await refusedUpload(server, "x".repeat(25), chunked)).toBe(
    "413 The size of the data 25 will exceed the limit. 24 bytes remaining.",
  );
  const other = await makeImage(server, READY, "BETA_MEMBER");
  expect((await upload(server, other, "x".repeat(1024), "BETA_MEMBER")).status).toBe(204);
  expect((await ask(server, "DELETE", `/v2/images/${first}`)).status).toBe(204);
  const next = await makeImage(server, READY);
  expect((await upload(server, next, "x".repeat(1024))).status).toBe(204);
});

test("of uploads at once no more pass than a project may have", async () => {
  await using server = await startTestServer({ env: { IMAGETAGS_USER_STORAGE_QUOTA: "10B" } });
  const ids = await Promise.all(Array.from({ length: 8 }, () => makeImage(server, READY)));
  const replies = await Promise.all(ids.map((imageId) => upload(server, imageId, "xxx")));
  expect(replies.map(({ status }) => status).toSorted()).toEqual([204, 204, 204, 413, 413, 413, 413, 413]);
});

test("a project makes no more images than it may have", async () => {
  await using server = await startTestServer({ env: { IMAGETAGS_IMAGE_COUNT_TOTAL: "2" } });
  const [first] = [await makeImage(server), await makeImage(server)];
  const refused = await ask(server, "POST", "/v2/images", { body: "{}" });
  expect([refused.status, errorIn(refused).message]).toEqual([
    413,
    "The limit has been exceeded on the number of images of the project. Attempted: 3, Maximum: 2",
  ]);
  await makeImage(server, {}, "BETA_MEMBER");
  expect((await ask(server, "DELETE", `/v2/images/${first}`)).status).toBe(204);
  await makeImage(server);
});

test("properties and members of an image are as many as the settings say", async () => {
  const env = { IMAGETAGS_IMAGE_PROPERTY_QUOTA: "1", IMAGETAGS_IMAGE_MEMBER_QUOTA: "1" };
  await using server = await startTestServer({ env });
  const refused = await ask(server, "POST", "/v2/images", { body: JSON.stringify({ a: "1", b: "2" }) });
  expect([refused.status, errorIn(refused).message]).toEqual([
    413,
    "The limit has been exceeded on the number of allowed image properties. Attempted: 2, Maximum: 1",
  ]);
  const imageId = await makeImage(server, { a: "1" });
  const addMember = (member: string) =>
    ask(server, "POST", `/v2/images/${imageId}/members`, { body: JSON.stringify({ member }) });
  expect((await addMember("beta")).status).toBe(200);
  expect((await addMember("gamma")).status).toBe(413);
});
