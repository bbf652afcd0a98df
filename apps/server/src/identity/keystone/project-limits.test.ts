import type { ServerResponse } from "node:http";
import { expect, test } from "vitest";
import { ask, errorIn, makeImage, tagsShown } from "../../testing/api.ts";
import { startKeystoneServer } from "../../testing/keystone-server.ts";

const SETTINGS = { IMAGETAGS_LIMITS_ENDPOINT_ID: "image-internal", IMAGETAGS_TAG_QUOTA: "3" };

/** What a Keystone has of limits; `own` are those of projects. */
interface Limits {
  readonly own?: Readonly<Record<string, number>>;
  readonly registered?: number;
  /** The region of all of them. */
  readonly region?: string | null;
}

/** Has the stand-in show an endpoint, and these limits to whoever asks as oslo.limit does. */
function showing({ own = {}, registered, region = "RegionOne" }: Limits, asked: string[] = []) {
  return ({ method, url }: { readonly method: string; readonly url: string }, response: ServerResponse) => {
    const { pathname, searchParams } = new URL(url, "http://keystone");
    const send = (body: object): true => {
      response.setHeader("Content-Type", "application/json");
      response.end(JSON.stringify(body));
      return true;
    };
    if (method !== "GET" || pathname.startsWith("/v3/auth")) return false;
    asked.push(pathname);
    if (pathname === "/v3/endpoints/image-internal")
      return send({ endpoint: { id: "image-internal", service_id: "image", region_id: "RegionOne" } });
    const isOurs =
      searchParams.get("service_id") === "image" && searchParams.get("resource_name") === "image_tags";
    if (pathname === "/v3/limits") {
      const limit = own[searchParams.get("project_id") ?? ""];
      const found = isOurs && limit !== undefined;
      return send({ limits: found ? [{ region_id: region, resource_limit: limit }] : [] });
    }
    if (pathname === "/v3/registered_limits") {
      const found = isOurs && registered !== undefined;
      return send({ registered_limits: found ? [{ region_id: region, default_limit: registered }] : [] });
    }
    return false;
  };
}

const add = async (
  server: { readonly port: number },
  imageId: string,
  tag: string,
  as = "ALPHA_MEMBER" as const,
) => await ask(server, "PUT", `/v2/images/${imageId}/tags/${tag}`, { as });

test.each([
  ["a limit of the project's own", { own: { alpha: 1 }, registered: 9 }, 1],
  ["the limit that is registered for all", { own: { beta: 9 }, registered: 2 }, 2],
  ["a limit of no region", { own: { alpha: 1 }, region: null }, 1],
  ["the setting, where the cloud registers none", {}, 3],
  [
    "the setting, where all is of another region",
    { own: { alpha: 1 }, registered: 1, region: "RegionTwo" },
    3,
  ],
])("tags of an image are as many as %s allows", async (_, limits, most) => {
  await using server = await startKeystoneServer(SETTINGS);
  server.keystone.misbehaviour = showing(limits);
  const imageId = await makeImage(server, {});
  for (let count = 1; count <= most; count += 1)
    expect((await add(server, imageId, `t${count}`)).status).toBe(204);
  expect(errorIn(await add(server, imageId, "beyond")).reason).toBe("tag-quota-exceeded");
  expect(await tagsShown(server, imageId)).toHaveLength(most);
});

test("a limit of -1 is none", async () => {
  await using server = await startKeystoneServer(SETTINGS);
  server.keystone.misbehaviour = showing({ own: { alpha: -1 } });
  const imageId = await makeImage(server, { tags: ["a", "b", "c", "d", "e"] });
  expect((await add(server, imageId, "f")).status).toBe(204);
});

test("a limit holds for every way to add tags", async () => {
  await using server = await startKeystoneServer(SETTINGS);
  server.keystone.misbehaviour = showing({ own: { alpha: 1 } });
  const imageId = await makeImage(server, { tags: ["a"] });
  const two = JSON.stringify({ tags: ["a", "b"] });
  const refused = [
    await ask(server, "POST", "/v2/images", { body: two }),
    await ask(server, "PUT", `/v2/images/${imageId}/tags`, {
      body: two,
      headers: [["Content-Type", "application/json"]],
    }),
    await ask(server, "PATCH", `/v2/images/${imageId}`, {
      body: JSON.stringify([{ op: "replace", path: "/tags", value: ["a", "b"] }]),
      headers: [["Content-Type", "application/openstack-images-v2.1-json-patch"]],
    }),
  ];
  for (const reply of refused) expect(errorIn(reply).reason).toBe("tag-quota-exceeded");
  expect(await tagsShown(server, imageId)).toEqual(["a"]);
});

test("Keystone is asked once for many changes, not at all for a removal, nor for who may not add", async () => {
  await using server = await startKeystoneServer(SETTINGS);
  const asked: string[] = [];
  server.keystone.misbehaviour = showing({ registered: 3 }, asked);
  const imageId = await makeImage(server, {}, "BETA_MEMBER");
  const before = asked.length;
  expect((await add(server, imageId, "a")).status).toBe(404);
  expect((await ask(server, "DELETE", `/v2/images/${imageId}/tags/a`)).status).toBe(404);
  expect(asked.length).toBe(before);
  const own = await makeImage(server, {});
  await Promise.all(["a", "b"].map((tag) => add(server, own, tag)));
  await add(server, own, "c");
  expect(asked.filter((path) => path === "/v3/limits")).toHaveLength(2);
  expect(asked.filter((path) => path.startsWith("/v3/endpoints"))).toHaveLength(1);
});

test("who cannot be told a limit is answered 503, and removes tags all the same; the log says why", async () => {
  await using server = await startKeystoneServer(SETTINGS);
  const refused = await ask(server, "POST", "/v2/images", { body: "{}" });
  expect(errorIn(refused).reason).toBe("identity-unavailable");
  expect(server.logged()).toContain("when asked for /endpoints/image-internal");
  server.keystone.misbehaviour = showing({ registered: 1 });
  const imageId = await makeImage(server, { tags: ["a"] });
  server.keystone.misbehaviour = () => false;
  expect((await ask(server, "DELETE", `/v2/images/${imageId}/tags/a`)).status).toBe(204);
});
