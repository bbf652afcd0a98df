import fc from "fast-check";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import {
  IMAGE_SPELLINGS,
  OVERRIDING_HEADERS,
  OVERRIDING_QUERIES,
  PATCH_TYPE,
  TAG_SPELLINGS,
  TAGLESS_PATCH,
  V2_BY_ACCEPT,
} from "@imagetags/testing/glance/ways-around";
import { ask, makeImage, tagsShown } from "../testing/api.ts";
import { ECHO, startGlanceStandIn, type GlanceStandIn } from "@imagetags/testing/glance/stand-in-glance";
import { rawRequest } from "../testing/raw-request.ts";
import { startTestServer, tokenOf, type TestServer } from "../testing/test-server.ts";
import { mayChangeTags } from "./may-change-tags.ts";
import { overriddenMethod } from "./overridden-method.ts";

let glance: GlanceStandIn;
let alone: TestServer;
let front: TestServer;
let imageId: string;

beforeAll(async () => {
  glance = await startGlanceStandIn(ECHO);
  alone = await startTestServer();
  front = await startTestServer({
    env: { IMAGETAGS_GLANCE_URL: glance.url, IMAGETAGS_DATABASE_URL: `sqlite:${alone.databasePath}` },
  });
});

beforeEach(async () => {
  imageId = await makeImage(alone, { tags: ["x"] });
  glance.arrived.length = 0;
});

afterAll(async () => {
  for (const one of [front, alone, glance]) await one[Symbol.asyncDispose]();
});

/** The spellings of a tag, or of all tags, that this server knows. */
const SERVED: ReadonlySet<string> = new Set([
  "/v2/images/ID/tags/x",
  "/v2/images/ID/tags",
  "/v2/images/ID/%74ags/x",
  "/v2/images/ID/%74%61%67%73/x",
  "/v2/%69mages/ID/tags/x",
  "/%762/images/ID/tags/x",
  "/v2/images/ID/tags/x?a=b",
  "/v2/images/ID/tags/x?a=%2F..%2Ffile",
  "http://127.0.0.1/v2/images/ID/tags/x",
  "HTTP://user@127.0.0.1:80/v2/images/ID/%74ags/x",
]);

const MINOR_VERSIONS = Array.from({ length: 20 }, (_, minor) => minor);

/** Sends a request with the token of somebody who may change the image. */
function send(
  method: string,
  target: string,
  headers: readonly (readonly [string, string])[] = [],
  body?: string,
) {
  return rawRequest(front.port, {
    method,
    path: target.replace("ID", imageId),
    headers: [["X-Auth-Token", tokenOf("ALPHA_MEMBER")], ...headers],
    ...(body === undefined ? {} : { body }),
  });
}

describe("what may be a change of tags at Glance never gets there", () => {
  test.each(TAG_SPELLINGS)("DELETE and PUT of %s", async (target) => {
    for (const method of ["DELETE", "PUT"]) {
      for (const headers of [[], [V2_BY_ACCEPT]]) {
        const { status } = await send(method, target, headers);
        expect([method, headers, [204, 400, 401, 404, 405].includes(status)]).toEqual([
          method,
          headers,
          true,
        ]);
      }
    }
    expect(glance.arrived).toEqual([]);
  });

  test.each(IMAGE_SPELLINGS)("PATCH of %s", async (target) => {
    for (const headers of [[], [V2_BY_ACCEPT]])
      await send("PATCH", target, [PATCH_TYPE, ...headers], TAGLESS_PATCH);
    expect(glance.arrived).toEqual([]);
  });

  test.each(MINOR_VERSIONS)("in version 2.%i", async (minor) => {
    await send("DELETE", `/v2.${minor}/images/ID/tags/x`);
    await send("PUT", `/v2.${minor}/images/ID/tags/y`);
    await send("PATCH", `/v2.${minor}/images/ID`, [PATCH_TYPE], TAGLESS_PATCH);
    await send("DELETE", "/images/ID/tags/x", [["Accept", `application/vnd.openstack.images-v2.${minor}`]]);
    expect(glance.arrived).toEqual([]);
  });

  test.each(OVERRIDING_QUERIES)("by another method in the query: %s %s", async (method, target) => {
    const { status, body } = await send(method, target, [PATCH_TYPE], TAGLESS_PATCH);
    expect([status, JSON.parse(body).error.reason]).toEqual([400, "method-override"]);
    expect(glance.arrived).toEqual([]);
  });

  test.each(OVERRIDING_HEADERS)("by another method in the header %s", async (name) => {
    const { status } = await send("POST", "/v2/images/ID", [PATCH_TYPE, [name, "PATCH"]], TAGLESS_PATCH);
    expect(status).toBe(400);
    expect(glance.arrived).toEqual([]);
  });

  test.each([
    [[["Transfer-Encoding", "gzip, chunked"]], 501],
    [[["Transfer-Encoding", "chunked, identity"]], 501],
    [[["Transfer-Encoding", "xchunked"]], 501],
    [
      [
        ["Transfer-Encoding", "chunked"],
        ["Content-Length", "4"],
      ],
      400,
    ],
    [
      [
        ["Content-Length", "4"],
        ["Content-Length", "5"],
      ],
      400,
    ],
    [[["Content-Length", "+4"]], 400],
    [[["Host", "b"]], 400],
  ] as const)("behind another request, whose end is in doubt: %j", async (headers, status) => {
    const smuggled = `0\r\n\r\nDELETE /v2/images/${imageId}/tags/x HTTP/1.1\r\nHost: a\r\n\r\n`;
    const reply = await send("POST", "/v2/tasks", headers, smuggled);
    expect([400, status]).toContain(reply.status);
    expect(glance.arrived.filter(({ url }) => url.includes("tags"))).toEqual([]);
  });

  test("and the image has its tag, whatever was tried above but the spellings that are served", async () => {
    for (const target of TAG_SPELLINGS) {
      if (SERVED.has(target)) continue;
      await send("DELETE", target);
      expect([target, await tagsShown(alone, imageId)]).toEqual([target, ["x"]]);
    }
  });
});

describe("tags", () => {
  test("are changed here, by each spelling that means the same", async () => {
    for (const [index, target] of [
      "/v2/images/ID/tags/x",
      "/v2.9/images/ID/tags/x",
      "/v2/%69mages/ID/%74ags/x",
      "http://127.0.0.1/v2/images/ID/tags/x",
    ].entries()) {
      const id = await makeImage(alone, { tags: ["x", String(index)] });
      const { status } = await ask(front, "DELETE", target.replace("ID", id));
      expect([target, status, await tagsShown(alone, id)]).toEqual([target, 204, [String(index)]]);
    }
    const { status } = await send("DELETE", "/images/ID/tags/x", [V2_BY_ACCEPT]);
    expect([status, await tagsShown(alone, imageId)]).toEqual([204, []]);
    expect(glance.arrived).toEqual([]);
  });

  test("are asked of here with this server's own tokens", async () => {
    const { status } = await rawRequest(front.port, { method: "GET", path: `/v2/images/${imageId}/tags` });
    expect([status, glance.arrived]).toEqual([401, []]);
  });
});

/** The path that Glance routes by: decoded once, its version off, and slashes that follow one another taken for one. */
function asGlanceRoutes(target: string, hasVersion: boolean): string {
  const path = decodeURIComponent(target.split("?")[0] ?? "").replaceAll(/\/+/g, "/");
  return hasVersion ? path.replace(/^\/v2(?:\.\d+)?(?=\/)/, "") : path;
}

describe("the judgement of a path", () => {
  const character = fc.constantFrom("/", "%2F", "%2f", "//", "/%2F");
  const spelt = (text: string) =>
    fc
      .array(fc.constantFrom("plain", "upper", "lower"), { minLength: text.length, maxLength: text.length })
      .map((ways) =>
        [...text]
          .map((one, at) => {
            const hex = one.charCodeAt(0).toString(16);
            return ways[at] === "plain" ? one : `%${ways[at] === "upper" ? hex.toUpperCase() : hex}`;
          })
          .join(""),
      );
  const segments = fc.tuple(
    fc
      .constantFrom("v2", "v2.0", "v2.9", "v2.16", undefined)
      .chain((one) => (one === undefined ? fc.constant(undefined) : spelt(one))),
    spelt("images"),
    fc.constantFrom("42", "%34%32", "a;b", "..x", "."),
    spelt("tags"),
    fc.constantFrom("x", "%2e", "a%20b", "é"),
  );

  test("finds tags wherever Glance would", () => {
    fc.assert(
      fc.property(
        segments,
        fc.array(character, { minLength: 5, maxLength: 5 }),
        ([version, ...rest], slashes) => {
          const target = [version, ...rest]
            .filter((one) => one !== undefined)
            .map((one, at) => `${at === 0 ? "/" : (slashes[at] ?? "/")}${one}`)
            .join("");
          expect(asGlanceRoutes(target, version !== undefined)).toMatch(/^\/images\/[^/]+\/tags\//);
          expect([target, mayChangeTags("DELETE", target)]).toEqual([target, true]);
        },
      ),
    );
  });

  test.each([
    "/v2/images",
    "/v2/images/42",
    "/v2/images/42/file",
    "/v2/images/tags",
    "/v2/images/42/members/tags",
    "/v2/metadefs/namespaces/images/objects/tags",
    "/v2/metadefs/namespaces/x/tags/y",
    "/v2/metadefs/namespaces/images/42/tags",
    "/",
    "/v2/images/42/tagsx",
    "/v2/images?path=/v2/images/42/tags/x",
  ])("leaves to Glance what is not of tags: %s", (target) => {
    expect(mayChangeTags("GET", target)).toBe(false);
  });

  test.each(["/v2/images", "/v2/images/42/members/a", "/v2/metadefs/namespaces/images/x", "/v2/tasks"])(
    "leaves a PATCH to Glance of what is no image: %s",
    (target) => {
      expect(mayChangeTags("PATCH", target)).toBe(false);
    },
  );
});

test.each(["/v2/images?name=_method", "/v2/images?method=PATCH", "/v2/images?a_method=b", "/_method=a"])(
  "%s asks for no other method",
  (target) => {
    expect(overriddenMethod(target, {})).toBeUndefined();
  },
);
