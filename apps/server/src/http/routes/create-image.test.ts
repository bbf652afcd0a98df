import { expect, test } from "vitest";
import { ask } from "../../testing/api.ts";
import { startTestServer } from "../../testing/test-server.ts";

const NEVER_SET = [
  "status",
  "size",
  "checksum",
  "created_at",
  "self",
  "file",
  "schema",
  "direct_url",
  "stores",
];

test.each(NEVER_SET)("an image cannot be made with a %s of the caller's: 403 names it", async (name) => {
  await using server = await startTestServer();
  const reply = await ask(server, "POST", "/v2/images", { body: JSON.stringify({ [name]: "x" }) });
  expect(reply.status).toBe(403);
  expect(reply.body).toContain(`Attribute '${name}' is read-only.`);
  const list = await ask(server, "GET", "/v2/images");
  expect(JSON.parse(list.body)).toMatchObject({ images: [] });
});
