import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { ask, errorIn, makeImage, tagsShown } from "../testing/api.ts";
import { startGlanceStandIn, type GlanceStandIn } from "@imagetags/testing/glance/stand-in-glance";
import { rawRequest, type RawReply } from "../testing/raw-request.ts";
import { startTestServer, tokenOf, type CallerName, type TestServer } from "../testing/test-server.ts";

const NEW = "application/openstack-images-v2.1-json-patch";
const OLD = "application/openstack-images-v2.0-json-patch";

let glance: GlanceStandIn;
let alone: TestServer;
let front: TestServer;
let imageId: string;

beforeAll(async () => {
  glance = await startGlanceStandIn();
  alone = await startTestServer();
  front = await startTestServer({
    env: {
      IMAGETAGS_GLANCE_URL: glance.url,
      IMAGETAGS_DATABASE_URL: `sqlite:${alone.databasePath}`,
      IMAGETAGS_TAG_QUOTA: "3",
    },
  });
});

beforeEach(async () => {
  imageId = await makeImage(alone, { tags: ["x"] });
  glance.arrived.length = 0;
  glance.play((request, response) => {
    request.resume().on("end", () => {
      response.setHeader("Content-Type", "application/json; charset=UTF-8");
      response.setHeader("x-openstack-request-id", "req-glance");
      response.end(
        JSON.stringify({ id: imageId, name: "of Glance", stores: "a,b", tags: ["stale"], updated_at: "old" }),
      );
    });
  });
});

afterAll(async () => {
  for (const one of [front, alone, glance]) await one[Symbol.asyncDispose]();
});

interface Sent {
  readonly type?: string;
  readonly as?: CallerName;
  readonly headers?: readonly (readonly [string, string])[];
  readonly chunked?: boolean;
}

/** Patches the image at the front with a body that is sent as it is written. */
function patch(
  body: string,
  { type = NEW, as = "ALPHA_MEMBER", headers = [], chunked = false }: Sent = {},
): Promise<RawReply> {
  return rawRequest(front.port, {
    method: "PATCH",
    path: `/v2/images/${imageId}`,
    headers: [["X-Auth-Token", tokenOf(as)], ["Content-Type", type], ...headers],
    body,
    chunked,
  });
}

const REPLACE_TAGS = { op: "replace", path: "/tags", value: ["a", "b"] };
const REPLACE_NAME = { op: "replace", path: "/name", value: "n" };

describe("a patch without tags", () => {
  test.each([
    [NEW, ' [ {"value" : 1.0e1, "path":"/min_disk","op":"replace"} ] '],
    [NEW, "[]"],
    [NEW, '[{"op":"remove","path":"/x~1tags"},{"op":"add","path":"/tagsx","value":"/tags"}]'],
    [NEW, '[{"op":"replace","path":"/name","value":"n","replace":"/tags"}]'],
    [OLD, '[{"replace":"/name","value":"/tags","path":"/tags","op":"replace"}]'],
    [`${NEW}; charset=utf-8`, '[{"op":"add","path":"/locations/-","value":{"url":"rbd://a","metadata":{}}}]'],
  ])("goes to Glance as it came (%s %s)", async (type, body) => {
    const reply = await patch(body, {
      type,
      headers: [
        ["X-Two", "1"],
        ["X-Two", "2"],
      ],
    });
    expect([reply.status, JSON.parse(reply.body).tags]).toEqual([200, ["stale"]]);
    const [arrived] = glance.arrived;
    expect(arrived).toMatchObject({ method: "PATCH", url: `/v2/images/${imageId}`, body, ended: "whole" });
    expect(arrived?.rawHeaders.slice(2, -4)).toEqual(
      [
        ["X-Auth-Token", "alpha_member"],
        ["Content-Type", type],
        ["X-Two", "1"],
        ["X-Two", "2"],
      ].flat(),
    );
    expect(await tagsShown(alone, imageId)).toEqual(["x"]);
  });

  test("goes on with the very path that was sent, and Glance's headers and id come back", async () => {
    const path = `/v2.9/%69mages/${imageId}`;
    const reply = await rawRequest(front.port, {
      method: "PATCH",
      path,
      headers: [
        ["X-Auth-Token", "alpha_member"],
        ["Content-Type", NEW],
      ],
      body: JSON.stringify([REPLACE_NAME]),
      chunked: true,
    });
    expect(glance.arrived[0]?.url).toBe(path);
    expect(reply.headers).toMatchObject({ "x-openstack-request-id": "req-glance" });
    expect(reply.headers["content-type"]).toBe("application/json; charset=UTF-8");
  });

  test("needs a token that is known here too", async () => {
    const reply = await patch(JSON.stringify([REPLACE_NAME]), { headers: [["X-Auth-Token", "other"]] });
    expect([reply.status, glance.arrived]).toEqual([401, []]);
  });
});

describe("a patch of tags alone", () => {
  test.each([
    [NEW, JSON.stringify([REPLACE_TAGS])],
    [NEW, '[{"op":"add","path":"/ta\\u0067s","value":["a","b"]}]'],
    [NEW, '[{"op":"replace","path":"/name","path":"/tags","value":["a","b"]}]'],
    [NEW, JSON.stringify([{ ...REPLACE_TAGS, value: ["c"] }, REPLACE_TAGS])],
    [OLD, '[{"replace":"/tags","value":["a","b"]}]'],
    [OLD, '[{"op":"add","path":"/name","replace":"/tags","value":["a","b"]}]'],
  ])("is done here, and Glance hears nothing of it (%s %s)", async (type, body) => {
    const reply = await patch(body, { type });
    expect([reply.status, JSON.parse(reply.body).tags]).toEqual([200, ["a", "b"]]);
    expect(await tagsShown(alone, imageId)).toEqual(["a", "b"]);
    expect(glance.arrived).toEqual([]);
  });

  test("is done while Glance is away", async () => {
    glance.play((request) => request.socket.destroy());
    expect((await patch(JSON.stringify([REPLACE_TAGS]))).status).toBe(200);
  });

  test.each([
    ["BETA_MEMBER", 404, [REPLACE_TAGS]],
    ["ALPHA_READER", 403, [REPLACE_TAGS]],
    ["ALPHA_MEMBER", 413, [{ ...REPLACE_TAGS, value: ["1", "2", "3", "4"] }]],
    ["ALPHA_MEMBER", 400, [{ ...REPLACE_TAGS, value: "a" }]],
    ["ALPHA_MEMBER", 400, [{ ...REPLACE_TAGS, value: [""] }]],
    ["ALPHA_MEMBER", 400, [{ op: "add", path: "/tags" }]],
    ["ALPHA_MEMBER", 403, [{ op: "remove", path: "/tags" }]],
  ] as const)(
    "as %s is answered %i for %j, also with what Glance would do",
    async (as, status, operations) => {
      for (const all of [operations, [REPLACE_NAME, ...operations]]) {
        const reply = await patch(JSON.stringify(all), { as });
        expect([reply.status, errorIn(reply).reason]).toEqual([status, expect.any(String)]);
      }
      expect(glance.arrived).toEqual([]);
      expect(await tagsShown(alone, imageId)).toEqual(["x"]);
    },
  );

  test("holds to If-Match", async () => {
    const reply = await patch(JSON.stringify([REPLACE_TAGS]), { headers: [["If-Match", '"other"']] });
    expect(reply.status).toBe(412);
  });
});

describe("a patch of tags and more", () => {
  test("has Glance do the rest as it was written, and then the tags are changed", async () => {
    const [before, after] = [
      '{ "op":"replace", "path":"/min_disk","value":1.0 }',
      '{"op":"add","path":"/a,]","value":"\\"],["}',
    ];
    const reply = await patch(`[ ${before} ,${JSON.stringify(REPLACE_TAGS)}, ${after}]`, { chunked: true });
    expect(
      glance.arrived.map(({ body, headers }) => [
        JSON.parse(body),
        body.includes("1.0"),
        headers["content-type"],
      ]),
    ).toEqual([[[JSON.parse(before), JSON.parse(after)], true, NEW]]);
    expect(reply.status).toBe(200);
    expect(JSON.parse(reply.body)).toEqual({
      id: imageId,
      name: "of Glance",
      stores: "a,b",
      tags: ["a", "b"],
      updated_at: expect.stringMatching(/Z$/),
    });
    expect(reply.headers).toMatchObject({
      "x-openstack-request-id": "req-glance",
      "content-type": "application/json; charset=UTF-8",
    });
    expect(await tagsShown(alone, imageId)).toEqual(["a", "b"]);
  });

  test("in the older media type too", async () => {
    const reply = await patch('[{"replace":"/name","value":"n"},{"replace":"/tags","value":["a"]}]', {
      type: OLD,
    });
    expect(reply.status).toBe(200);
    expect(glance.arrived[0]?.body).toBe('[{"replace":"/name","value":"n"}]');
    expect(await tagsShown(alone, imageId)).toEqual(["a"]);
  });

  test.each([403, 404, 409, 500])(
    "of which Glance refuses its part with %i changes no tag",
    async (status) => {
      glance.play((request, response) => {
        request.resume().on("end", () => response.writeHead(status, { "X-Of": "Glance" }).end("<h1>no</h1>"));
      });
      const reply = await patch(JSON.stringify([REPLACE_TAGS, REPLACE_NAME]));
      expect([reply.status, reply.headers["x-of"], reply.body]).toEqual([status, "Glance", "<h1>no</h1>"]);
      expect(await tagsShown(alone, imageId)).toEqual(["x"]);
    },
  );

  test("while Glance is away is 503, and changes no tag", async () => {
    glance.play((request) => request.socket.destroy());
    const reply = await patch(JSON.stringify([REPLACE_TAGS, REPLACE_NAME]));
    expect([errorIn(reply).reason, reply.headers["retry-after"]]).toEqual(["glance-unavailable", "1"]);
    expect(await tagsShown(alone, imageId)).toEqual(["x"]);
  });

  test("cannot hold to If-Match, and says so", async () => {
    const reply = await patch(JSON.stringify([REPLACE_TAGS, REPLACE_NAME]), { headers: [["If-Match", "*"]] });
    expect([errorIn(reply).reason, glance.arrived]).toEqual(["not-implemented", []]);
  });
});

describe("a patch of which it cannot be told what Glance would do", () => {
  test.each([
    "",
    "[",
    "{}",
    "null",
    '"/tags"',
    "[1]",
    "[[]]",
    "[null]",
    '[{"op":"replace","value":[]}]',
    '[{"op":"replace","path":1,"value":[]}]',
    '[{"op":["replace"],"path":"/tags","value":[]}]',
    '[{"op":"test","path":"/name","value":"a"}]',
    '[{"op":"move","from":"/a","path":"/tags"}]',
    '[{"path":"/tags","value":[]}]',
    '[{"op":"replace","path":"//tags","value":[]}]',
    '[{"op":"replace","path":"/tags ","value":[]}]',
    '[{"op":"replace","path":"/\\u0085tags\\u001f","value":[]}]',
    '[{"op":"replace","path":"/tags/","value":[]}]',
    '[{"op":"add","path":"/tags/-","value":"a"}]',
    '[{"op":"replace","path":"tags","value":[]}]',
    '[{"op":"replace","path":"/ tags","value":[]}]',
    '[{"op":"replace","path":"/tags","__proto__":{},"value":[]}]',
    '\ufeff[{"op":"replace","path":"/name","value":NaN}]',
  ])("is refused and goes nowhere: %j", async (body) => {
    const reply = await patch(body);
    expect([body, reply.status]).toEqual([body, 400]);
    expect(glance.arrived).toEqual([]);
    expect(await tagsShown(alone, imageId)).toEqual(["x"]);
  });

  test.each([
    '[{"replace":"/tags","add":"/name","value":[]}]',
    '[{"op":"replace","path":"/tags","value":[]}]',
    '[{"replace":["/tags"]}]',
  ])("in the older media type: %s", async (body) => {
    expect((await patch(body, { type: OLD })).status).toBe(400);
    expect(glance.arrived).toEqual([]);
  });

  test("by its media type", async () => {
    const reply = await patch(JSON.stringify([REPLACE_TAGS]), { type: "application/json" });
    expect([reply.status, reply.headers["accept-patch"]]).toEqual([415, `${NEW}, ${OLD}`]);
    const twice = await patch(JSON.stringify([REPLACE_TAGS]), { headers: [["Content-Type", OLD]] });
    expect([twice.status, glance.arrived]).toEqual([400, []]);
  });

  test("by its length", async () => {
    const value = "x".repeat(1024 * 1024);
    const reply = await patch(JSON.stringify([{ op: "add", path: "/a", value }]), { chunked: true });
    expect([errorIn(reply).reason, glance.arrived]).toEqual(["body-too-large", []]);
  });
});

test("an image is made, shown and deleted by Glance, with its tags", async () => {
  glance.play((request, response) => void request.resume().on("end", () => response.end(request.method)));
  for (const [method, path] of [
    ["POST", "/v2/images"],
    ["GET", `/v2/images/${imageId}`],
    ["DELETE", `/v2/images/${imageId}`],
  ] as const) {
    const reply = await rawRequest(front.port, {
      method,
      path,
      headers: [["X-Auth-Token", "alpha_member"]],
    });
    expect([reply.status, reply.body]).toEqual([200, method]);
  }
  expect(await ask(alone, "GET", `/v2/images/${imageId}`)).toMatchObject({ status: 200 });
});
