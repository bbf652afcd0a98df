import { glanceContract, routesOf } from "@imagetags/contract";
import {
  GLANCE_2_0_REPLIES,
  GLANCE_TODAY_REPLIES,
  IMS_REPLIES,
  type DocumentedReply,
} from "@imagetags/testing/image-service/documented-replies";
import { describe, expect, test } from "vitest";
import { json, startTestServer, text, untypedCall, type Answer } from "../testing/test-server.ts";

const UUID = "019c3a52-7c00-7000-8000-000000000000";
const INPUT = { params: { event_id: UUID, rule_id: UUID, image_id: "i", tag: "t", member_id: "m" } };

describe.each([
  ["the Image Management Service", "ims", IMS_REPLIES],
  ["Glance 2.0", "glance", GLANCE_2_0_REPLIES],
  ["Glance of today", "glance", GLANCE_TODAY_REPLIES],
] as const)("the documented replies of %s", (_, profile, replies) => {
  test("are there for every route", () => {
    const routes = routesOf(glanceContract).map(({ name }) => name);
    expect(Object.keys(replies).toSorted()).toEqual(routes.toSorted());
  });

  test.each(Object.entries(replies))(
    "%s is taken as it is, and nothing of it is lost",
    async (name, reply) => {
      await using server = await startTestServer(answerOf(reply));
      const body = name === "imageData.upload" ? new Uint8Array() : undefined;
      const [group = "", member = ""] = name.split(".");
      const called = Object.entries(server.client({ profile }))
        .filter(([key]) => key === group)
        .flatMap(([, functions]) => Object.entries(functions).filter(([key]) => key === member));
      expect(called).toHaveLength(1);
      for (const [, send] of called) {
        expect(await untypedCall(send, { ...INPUT, body })).toMatchObject({
          status: reply.status,
          body: bodyOf(reply),
        });
      }
    },
  );
});

function answerOf({ status, body }: DocumentedReply): Answer {
  if (body === undefined) return (response) => response.writeHead(status).end();
  return typeof body === "string" ? text(status, "text/html", body) : json(status, body);
}

/** JSON has no `undefined`, and an error is understood whatever its form. */
function bodyOf({ status, body }: DocumentedReply): unknown {
  if (body === undefined) return undefined;
  if (typeof body === "string") {
    return { error: { code: status, title: "Not Found", message: "The resource could not be found." } };
  }
  return JSON.parse(JSON.stringify(body));
}
