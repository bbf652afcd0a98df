import { expect, test } from "vitest";
import { ask, errorIn, makeImage } from "../../testing/api.ts";
import { startTestServer, type CallerName, type TestServer } from "../../testing/test-server.ts";
import { READY, shown, upload } from "../../testing/upload.ts";

const act = (server: TestServer, imageId: string, action: string, as: CallerName = "ALPHA_MEMBER") =>
  ask(server, "POST", `/v2/images/${imageId}/actions/${action}`, { as });

async function active(server: TestServer, said: Readonly<Record<string, unknown>> = {}): Promise<string> {
  const imageId = await makeImage(server, { ...READY, ...said });
  expect((await upload(server, imageId, "hello")).status).toBe(204);
  return imageId;
}

test("a deactivated image is downloaded by administrators alone, until it is reactivated", async () => {
  await using server = await startTestServer();
  const imageId = await active(server, { tags: ["a"], os: "linux" });
  const before = await shown(server, imageId);
  const download = async (as: CallerName) =>
    (await ask(server, "GET", `/v2/images/${imageId}/file`, { as })).status;

  expect(await act(server, imageId, "deactivate")).toMatchObject({ status: 204, body: "" });
  const after = await shown(server, imageId);
  expect(after).toEqual({ ...before, status: "deactivated", updated_at: after["updated_at"] });
  expect([await download("ALPHA_MEMBER"), await download("ADMIN")]).toEqual([403, 200]);
  expect((await act(server, imageId, "deactivate")).status).toBe(204);

  expect((await act(server, imageId, "reactivate")).status).toBe(204);
  expect((await shown(server, imageId))["status"]).toBe("active");
  expect(await download("ALPHA_MEMBER")).toBe(200);
  expect((await act(server, imageId, "reactivate")).status).toBe(204);
});

test("an image without data is neither deactivated nor reactivated", async () => {
  await using server = await startTestServer();
  const imageId = await makeImage(server, READY);
  for (const action of ["deactivate", "reactivate"]) {
    const refused = await act(server, imageId, action);
    expect([refused.status, errorIn(refused).message]).toEqual([
      403,
      `Not allowed to ${action} image in status 'queued'`,
    ]);
  }
});

test("the owner's members and administrators deactivate; others do not, or see no image", async () => {
  await using server = await startTestServer();
  const imageId = await active(server, { visibility: "private" });
  expect((await act(server, imageId, "deactivate", "ALPHA_READER")).status).toBe(403);
  expect((await act(server, imageId, "deactivate", "BETA_MEMBER")).status).toBe(404);
  expect((await act(server, "unknown", "deactivate")).status).toBe(404);
  expect((await shown(server, imageId))["status"]).toBe("active");
  expect((await act(server, imageId, "deactivate", "ADMIN")).status).toBe(204);
  expect((await ask(server, "GET", `/v2/images/${imageId}/actions/deactivate`)).status).toBe(405);
});
