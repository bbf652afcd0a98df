import { expect, test } from "vitest";
import { ask, makeImage } from "./api.ts";
import { holdToPromises } from "./promises.ts";
import { startTestServer } from "./test-server.ts";

test("a reply that lacks what only this server promises is no reply of this server's", async () => {
  await using server = await startTestServer();
  const path = `/v2/images/${await makeImage(server)}`;
  const reply = await ask(server, "GET", path);
  const body = reply.body.replace(/"os_hidden":false,?/, "");
  expect(body).not.toBe(reply.body);
  expect(() => holdToPromises("GET", path, { ...reply, body })).toThrow("os_hidden");
  const refused = await ask(server, "DELETE", `${path}/tags/none`);
  const silent = refused.body.replace(/,"reason":"[^"]*"/, "");
  expect(() => holdToPromises("DELETE", `${path}/tags/none`, { ...refused, body: silent })).toThrow("reason");
});
