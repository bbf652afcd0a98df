import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ask, errorIn } from "../testing/api.ts";
import { arrangeImage, membersCorpus, membersInFile, type MembersRecord } from "../testing/members-corpus.ts";
import { startTestServer, type TestServer } from "../testing/test-server.ts";

describe("every recorded reply of Glance about members holds here", () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startTestServer();
  });
  afterAll(() => server[Symbol.asyncDispose]());

  const records = membersCorpus();

  it("the recording is whole", () => {
    expect(records).toHaveLength(651);
  });

  it.each(records.map((record) => [record.name, record] as const))("%s", async (_, record) => {
    const imageId = await arrangeImage(server, record);
    const named = (text: string): string => text.replaceAll("{image}", imageId);
    const reply = await ask(server, record.method, named(record.path), {
      as: record.as ?? "NOBODY",
      ...(record.request_body === undefined ? {} : { body: record.request_body }),
    });

    expect([reply.status, reply.body]).toEqual([record.status, expect.any(String)]);
    if (record.after !== undefined) {
      expect(membersInFile(server.databasePath, imageId)).toEqual(record.after);
    }
    if (record.headers !== undefined) {
      const allowed = record.headers.allow.split(", ");
      expect(reply.headers["allow"]?.split(", ")).toEqual(expect.arrayContaining(allowed));
    }
    if (reply.status === 200)
      expect(JSON.parse(withoutTimes(reply.body))).toEqual(JSON.parse(named(record.body ?? "")));
    if (reply.status >= 400) {
      const { code, message } = errorIn(reply);
      expect(code).toBe(record.status);
      if (wordedOtherwise(record)) expect(message).toMatch(/^(Invalid body|Bad request body|Image |The )/);
      else expect(message).toBe(named(record.message ?? "").replace(/:$/, ""));
    }
  });
});

/**
 * Whether the contract words what is wrong with a body, or this server speaks where Glance says nothing in
 * particular.
 */
function wordedOtherwise({ status, message }: MembersRecord): boolean {
  return status === 400 || message === "The resource could not be found.";
}

function withoutTimes(body: string): string {
  return body.replaceAll(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ/g, "{time}");
}
