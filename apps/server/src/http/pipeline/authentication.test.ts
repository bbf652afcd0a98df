import { describe, expect, test } from "vitest";
import { ask, makeImage } from "../../testing/api.ts";
import { rawRequest } from "../../testing/raw-request.ts";
import { startTestServer } from "../../testing/test-server.ts";

/** Spellings of a request's target. A server might take some of them for the one it serves. */
const spellings = (path: string): readonly string[] => [
  path,
  `/${path}`,
  `//${path}`,
  `/.${path}`,
  `/x/..${path}`,
  path.replace("/v2", "/V2"),
  path.replace("/v2", "/%76%32"),
  path.replace("/v2", "/v2.0"),
  path.replace("/v2", "/v2.16"),
  path.replace("/v2", ""),
  path.replace("/v2/", "/v2//"),
  path.replace("/v2/", "/v2%2f"),
  path.replace("/images", "/images/..%2fimages"),
  `http://127.0.0.1${path}`,
  `http://127.0.0.1//v2${path}`,
  `HTTP://user@127.0.0.1${path}`,
  `${path}?/v2`,
  `${path}#/healthcheck`,
  `${path};/healthcheck`,
  `/healthcheck/..${path}`,
  `/healthcheck${path}`,
];

describe("a removal without a token", () => {
  test.each([[[]], [[["Accept", "application/vnd.openstack.images-v2"]]], [[["Accept", "*/*"]]]] as const)(
    "is refused or goes nowhere, however its target is written (%j)",
    async (headers) => {
      await using server = await startTestServer();
      const path = `/v2/images/${await makeImage(server, { tags: ["x"] })}/tags`;
      for (const target of spellings(`${path}/x`)) {
        const { status } = await rawRequest(server.port, { method: "DELETE", path: target, headers });
        expect([target, [300, 400, 401, 404].includes(status)]).toEqual([target, true]);
      }
      expect(JSON.parse((await ask(server, "GET", path)).body)).toEqual({ tags: ["x"] });
    },
  );
});
