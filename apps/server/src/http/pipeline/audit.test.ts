import { describe, expect, test, vi } from "vitest";
import { z } from "zod";
import { ask, makeImage } from "../../testing/api.ts";
import { startTestServer, tokenOf, type TestServer } from "../../testing/test-server.ts";

const line = z.looseObject({ msg: z.string().optional(), request: z.string().optional() });

/** The lines about changes, once there are so many. */
async function audited(server: TestServer, count: number) {
  return await vi.waitFor(() => {
    const lines = server
      .logged()
      .split("\n")
      .filter((text) => text !== "")
      .map((text) => line.parse(JSON.parse(text)))
      .filter(({ msg }) => msg === "audit");
    expect(lines).toHaveLength(count);
    return lines;
  });
}

describe("IMAGETAGS_AUDIT", () => {
  test("log: each change of somebody known has a line, granted or not, whatever the level of the log", async () => {
    await using server = await startTestServer({
      env: { IMAGETAGS_AUDIT: "log", IMAGETAGS_LOG_LEVEL: "error" },
    });
    const id = await makeImage(server, { tags: ["miracle", "a/b"] });
    await ask(server, "DELETE", `/v2/images/${id}/tags/a%2Fb`);
    await ask(server, "DELETE", `/v2/images/${id}/tags/a%2Fb`);
    await ask(server, "PUT", `/v2/images/${id}/tags/new`, { as: "ALPHA_READER" });
    await ask(server, "GET", `/v2/images/${id}`);
    await ask(server, "DELETE", `/v2/images/${id}`, { as: "NOBODY" });
    const lines = await audited(server, 4);
    const target = `/v2/images/${id}/tags/a%2Fb`;
    expect(lines.map((one) => one["audit"])).toEqual([
      { action: "create", outcome: "success", status: 201, target: "/v2/images" },
      { action: "delete", outcome: "success", status: 204, target, image: id, tag: "a/b" },
      { action: "delete", outcome: "failure", status: 404, target, image: id, tag: "a/b" },
      {
        action: "create",
        outcome: "failure",
        status: 403,
        target: `/v2/images/${id}/tags/new`,
        image: id,
        tag: "new",
      },
    ]);
    expect(lines[1]).toMatchObject({ user: "alice", project: "alpha", address: "127.0.0.1" });
    expect(server.logged()).not.toContain(tokenOf("ALPHA_MEMBER"));
  });

  test("cadf: the line has an event of CADF, with initiator, target, tag and the id of the request", async () => {
    await using server = await startTestServer({ env: { IMAGETAGS_AUDIT: "cadf" } });
    const id = await makeImage(server, { tags: ["miracle"] });
    const removed = await ask(server, "DELETE", `/v2/images/${id}/tags/miracle`);
    const lines = await audited(server, 2);
    const request = removed.headers["x-openstack-request-id"];
    expect(lines[1]).toMatchObject({
      request,
      cadf: {
        typeURI: "http://schemas.dmtf.org/cloud/audit/1.0/event",
        eventType: "activity",
        eventTime: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}\+0000$/),
        action: "delete",
        outcome: "success",
        reason: { reasonType: "HTTP", reasonCode: "204" },
        initiator: { id: "alice", project_id: "alpha", host: { address: "127.0.0.1" } },
        target: { typeURI: "service/image/tag", id, attachments: [{ name: "tag", content: "miracle" }] },
        tags: [`correlation_id?value=${request}`],
      },
    });
  });

  test("off, as it is by default: there are none", async () => {
    await using server = await startTestServer();
    await makeImage(server, {});
    await vi.waitFor(() => expect(server.logged()).toContain('"status":201'));
    await audited(server, 0);
  });
});
