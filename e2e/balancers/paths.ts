// What reaches whom, by its path.
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { waysAround } from "@imagetags/testing/glance/ways-around";
import { ask, makeImage, TOKEN } from "../lib/image-requests.ts";
import { writeRequest, type WrittenRequest } from "../lib/raw-exchange.ts";
import { arrivedOf } from "./played-glance.ts";
import type { Scene } from "./setting.ts";

/** Paths of Glance's that say something by how they are spelt. */
const EXACT = [
  "/v2/images",
  "/v2/images/1234",
  "/v2/images/1234/file",
  "/v2/images/",
  "/v2/images?name=in:%22a%2Cb%22&sort=name:asc",
  "/v2/images?marker=1234&limit=2",
  "/v2/images/a%2fb/members",
  "/v2/images/a%2Fb/members",
  "/v2/metadefs/namespaces/OS%3A%3ACompute%3A%3ALibvirt",
  "/v2/metadefs/namespaces/a/tags/%74est",
  "/v2//schemas/image",
  "/v2/./schemas/image",
  "/v2/schemas/../schemas/image",
  "/v2.9/tasks;a=b",
  "/",
];

/** Tags that stand in a path, as they are spelt there. */
const TAGS = ["a%2Fb", "a%252Fb", "%2E%2E", "a%20b", "a+b", "%C3%A4", "~a;b", "a%3Fb%23c"];

/** The media type of a patch. */
const PATCH_TYPE = ["Content-Type", "application/openstack-images-v2.1-json-patch"] as const;

export async function pathChecks(scene: Scene): Promise<void> {
  const { checks, balancer, glance, alone, ca } = scene;
  const { file, topology } = balancer.configuration;
  /** Sends a request by the balancer, and gives its status and what of it reached Glance. */
  const send = async (request: WrittenRequest) => {
    const check = randomUUID();
    const headers = [["X-Auth-Token", TOKEN], ["X-Check", check], ...(request.headers ?? [])] as const;
    const { status } = await writeRequest({ port: balancer.port, ca }, { ...request, headers });
    return { status, arrived: arrivedOf(glance, check) };
  };

  await checks.check(`${file}: no way around brings a change of tags to Glance`, async () => {
    for (const way of waysAround(await makeImage(alone, ["x"]))) {
      const { status, arrived } = await send(way);
      const asked = `${way.method} ${way.target}`;
      assert.deepEqual([asked, arrived.map(({ url }) => url)], [asked, []]);
      assert.ok(status !== 0 && status < 500, `${asked} was answered ${status}`);
    }
  });

  await checks.check(`${file}: paths reach Glance as they were written`, async () => {
    for (const target of EXACT) {
      const { status, arrived } = await send({ method: "GET", target });
      assert.deepEqual([target, status, arrived.map(({ url }) => url)], [target, 200, [target]]);
    }
  });

  await checks.check(`${file}: tags reach imagetags as they were written`, async () => {
    const image = await makeImage(alone, ["x"]);
    for (const tag of TAGS) {
      const { status } = await send({ method: "PUT", target: `/v2/images/${image}/tags/${tag}` });
      assert.deepEqual([tag, status], [tag, 204]);
    }
    const { text } = await ask(alone, { method: "GET", path: `/${image}` });
    const tags = ["x", ...TAGS.map((tag) => decodeURIComponent(tag))];
    assert.deepEqual(JSON.parse(text).tags.toSorted(), tags.toSorted());
  });

  await checks.check(`${file}: imagetags passes on what must go through it, and no more`, async () => {
    const image = `/v2/images/${await makeImage(alone)}`;
    const always = topology === "everything";
    const body = JSON.stringify([{ op: "replace", path: "/name", value: "b" }]);
    const requests: readonly (readonly [WrittenRequest, boolean])[] = [
      [{ method: "GET", target: "/v2/images" }, always],
      [{ method: "GET", target: "/v2/images?limit=2&sort=name:asc" }, always],
      [{ method: "GET", target: `${image}/file` }, always],
      [{ method: "PUT", target: `${image}/file`, body: "data" }, always],
      [{ method: "PATCH", target: image, headers: [PATCH_TYPE], body }, true],
      [{ method: "GET", target: "/v2/images/%31" }, true],
      [{ method: "GET", target: "/v2/images?name=tag" }, true],
    ];
    for (const [request, isPassed] of requests) {
      const { arrived } = await send(request);
      const via = arrived.map(({ headers }) => headers.via);
      assert.deepEqual([request, via], [request, [isPassed ? "1.1 imagetags" : undefined]]);
    }
  });

  await checks.check(`${file}: the caller's address and scheme are told, and no others`, async () => {
    const forged = [
      ["X-Forwarded-For", "203.0.113.9"],
      ["X-Forwarded-Proto", "http"],
      ["Forwarded", "for=203.0.113.9"],
    ] as const;
    const { arrived } = await send({ method: "GET", target: "/v2/schemas/image", headers: forged });
    const told = arrived.map(({ headers }) => [
      headers["x-forwarded-for"],
      headers["x-forwarded-proto"],
      headers.forwarded,
    ]);
    assert.deepEqual(told, [["127.0.0.1", "https", undefined]]);
  });
}
