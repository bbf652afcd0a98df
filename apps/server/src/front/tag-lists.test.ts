import { startGlanceStandIn, type GlanceStandIn } from "@imagetags/testing/glance/stand-in-glance";
import type { Row } from "@imagetags/testing/databases/table-dump";
import Database from "better-sqlite3";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { z } from "zod";
import { ask } from "../testing/api.ts";
import { imageRow, insertRows, tagRow } from "../testing/image-rows.ts";
import { jsonOf, rawRequest } from "../testing/raw-request.ts";
import { startTestServer, tokenOf, type CallerName, type TestServer } from "../testing/test-server.ts";

const page = z.object({
  images: z.array(z.looseObject({ id: z.string(), name: z.string(), stores: z.string().optional() })),
  first: z.string(),
  next: z.string().optional(),
});

const AS_MEMBER = ["X-Auth-Token", tokenOf("ALPHA_MEMBER")] as const;

let glance: GlanceStandIn;
let front: TestServer;

beforeAll(async () => {
  glance = await startGlanceStandIn((_request, response) => {
    response.setHeader("Content-Type", "application/json");
    response.end('{"images":[],"first":"of Glance","schema":"/v2/schemas/images"}');
  });
  front = await startTestServer({ env: { IMAGETAGS_GLANCE_URL: glance.url } });
  const file = new Database(front.databasePath);
  write(file, "a", { tags: ["prod", "web"], locations: ['{"store":"fast"}', '{"store":"slow"}', "{}"] });
  write(file, "b", { tags: ["prod"], locations: ["null", "{", '{"store":""}', '{"store":7}'] });
  write(file, "c", { tags: ["Prod"], locations: ['{"store":"fast"}'] });
  write(file, "d", { tags: ["old"], status: "deactivated", locations: ['{"store":"fast"}'] });
  write(file, "e", { tags: ["old"], hidden: true });
  file.close();
});

beforeEach(() => void (glance.arrived.length = 0));

afterAll(async () => {
  for (const one of [front, glance]) await one[Symbol.asyncDispose]();
});

interface Said {
  readonly tags: readonly string[];
  readonly status?: string;
  readonly locations?: readonly string[];
  /** Has a property that Glance keeps to itself. */
  readonly hidden?: boolean;
}

/** Writes an image as Glance does. */
function write(file: Database.Database, name: string, said: Said): void {
  const image = imageRow({ name, status: said.status ?? "active" });
  const { id, created_at } = image;
  const common = { image_id: id, created_at, updated_at: created_at, deleted_at: null, deleted: 0 };
  insertRows(file, "images", [image]);
  insertRows(
    file,
    "image_tags",
    said.tags.map((tag) => tagRow(id, tag)),
  );
  const locations = (said.locations ?? []).flatMap((notes, index): Row[] => [
    { ...common, value: `file:///${name}/${index}`, meta_data: notes, status: "active" },
    { ...common, value: "gone", meta_data: '{"store":"gone"}', status: "deleted", deleted: 1 },
    { ...common, value: "going", meta_data: '{"store":"going"}', status: "pending_delete" },
  ]);
  if (locations.length > 0) insertRows(file, "image_locations", locations);
  if (said.hidden === true) {
    insertRows(file, "image_properties", [
      { ...common, name: "os_glance_stage_host", value: "http://inside" },
      { ...common, name: "os_glance_importing_to_stores", value: "fast" },
    ]);
  }
}

async function list(query: string, as: CallerName = "ALPHA_MEMBER") {
  const reply = await ask(front, "GET", `/v2/images?${query}`, { as });
  expect(reply.status, reply.body).toBe(200);
  return page.parse(jsonOf(reply));
}

async function names(query: string): Promise<string> {
  return (await list(`${query}&sort=name:asc`)).images.map(({ name }) => name).join("");
}

describe("a list by tags is answered here", () => {
  test.each([
    ["tag=prod", "ab"],
    ["tag=Prod", "c"],
    ["tag=prod&tag=web", "a"],
    ["t%61g=prod", "ab"],
    ["name=a&tag=prod", "a"],
    ["tags=prod,web", "a"],
    ["tags-any=web,Prod", "ac"],
    ["not-tags=prod,old", "c"],
    ["not-tags-any=prod,web", "bcde"],
  ])("%s", async (query, expected) => {
    expect(await names(query)).toBe(expected);
    expect(glance.arrived).toEqual([]);
  });

  test("page by page", async () => {
    const first = await list("tag=prod&sort=name:asc&limit=1");
    const rest = await list(String(first.next).replace("/v2/images?", ""));
    expect([first, rest].flatMap(({ images }) => images.map(({ name }) => name))).toEqual(["a", "b"]);
    expect(glance.arrived).toEqual([]);
  });

  test("while Glance is away", async () => {
    await glance.close();
    try {
      expect(await names("tag=prod")).toBe("ab");
    } finally {
      await glance.reopen();
    }
  });

  test("in any version", async () => {
    const { status } = await ask(front, "GET", "/v2.9/images?tag=prod");
    expect([status, glance.arrived]).toEqual([200, []]);
  });

  test.each([
    "//v2//images?tag=prod",
    "/v2/%69mages?tag=prod",
    "/v2%2Fimages?%74ag=prod",
    "/%762.5/images?tag=prod",
    "/v2/images?name=a;tag=prod",
    "/v2/images?limit=9;t%61g=prod;name=a",
    "http://127.0.0.1//v2/images?tag=prod",
  ])("in every spelling that Glance knows: %s", async (path) => {
    const reply = await rawRequest(front.port, { method: "GET", path, headers: [AS_MEMBER] });
    const found = page.parse(jsonOf(reply)).images.map(({ name }) => name);
    expect([found.includes("a"), found.includes("c"), glance.arrived]).toEqual([true, false, []]);
  });

  test("but is refused where the version stands in Accept", async () => {
    const accept = ["Accept", "application/vnd.openstack.images-v2.5"] as const;
    const headers = [AS_MEMBER, accept];
    const { status } = await rawRequest(front.port, { method: "GET", path: "/images?tag=prod", headers });
    expect([status, glance.arrived]).toEqual([404, []]);
  });

  test("and a query that is wrong is refused", async () => {
    const { status } = await ask(front, "GET", "/v2/images?tag=prod&limit=-1");
    expect([status, glance.arrived]).toEqual([400, []]);
  });
});

describe("an image in such a list", () => {
  test("has the stores of its locations, as Glance has", async () => {
    const { images } = await list("tags-any=prod,Prod&sort=name:asc");
    expect(images.map(({ stores }) => stores)).toEqual(["fast,slow", undefined, "fast"]);
  });

  test.each([
    ["ADMIN", "fast"],
    ["ALPHA_MEMBER", undefined],
  ] as const)("has its stores for %s while it is deactivated: %s", async (as, expected) => {
    const { images } = await list("tag=old&name=d", as);
    expect(images.map(({ stores }) => stores)).toEqual([expected]);
  });

  test("lacks the property that Glance keeps to itself", async () => {
    const { images } = await list("tag=old&name=e");
    expect(images[0]).toMatchObject({ os_glance_importing_to_stores: "fast" });
    expect(images[0]).not.toHaveProperty("os_glance_stage_host");
  });
});

describe("every other list is Glance's", () => {
  test.each([
    "",
    "?name=tag",
    "?tagged=a",
    "?os_distro=tags",
    "?limit=1",
    "?Tag=prod",
    "?+tag=prod",
    "??tag=prod",
    "?%2574ag=prod",
    "?a=b%26tag=prod",
    "/?tag=prod",
    "%20?tag=prod",
  ])("/v2/images%s", async (query) => {
    const { body } = await ask(front, "GET", `/v2/images${query}`, { as: "ALPHA_MEMBER" });
    expect(body).toContain("of Glance");
    expect(glance.arrived.map(({ url }) => url)).toEqual([`/v2/images${query}`]);
  });
});
