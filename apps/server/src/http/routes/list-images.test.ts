import { randomUUID } from "node:crypto";
import type { Row } from "@imagetags/testing/databases/table-dump";
import Database from "better-sqlite3";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { ask, errorIn, makeImage, type ApiRequest } from "../../testing/api.ts";
import { imageRow, insertRows, tagRow } from "../../testing/image-rows.ts";
import { addMember } from "../../testing/make-image.ts";
import { jsonOf } from "../../testing/raw-request.ts";
import { startTestServer, type TestServer } from "../../testing/test-server.ts";

const page = z.object({
  images: z.array(z.object({ id: z.string(), name: z.string().nullable() })),
  first: z.string(),
  next: z.string().optional(),
  schema: z.literal("/v2/schemas/images"),
});

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server[Symbol.asyncDispose]());

async function list(query: string, request: ApiRequest = {}): Promise<z.infer<typeof page>> {
  const reply = await ask(server, "GET", `/v2/images${query}`, request);
  expect(reply.status, reply.body).toBe(200);
  return page.parse(jsonOf(reply));
}

async function names(query: string, request: ApiRequest = {}): Promise<(string | null)[]> {
  return (await list(query, request)).images.map(({ name }) => name);
}

/** Writes images as another program does, each with its tags. */
function write(images: readonly (Row & { readonly tags?: readonly string[] })[]): Row[] {
  const file = new Database(server.databasePath);
  try {
    const made = images.map(({ tags = [], ...said }) => ({ row: imageRow(said), tags }));
    insertRows(
      file,
      "images",
      made.map(({ row }) => row),
    );
    const borne = made.flatMap(({ row, tags }) => tags.map((tag) => tagRow(row.id, tag)));
    if (borne.length > 0) insertRows(file, "image_tags", borne);
    return made.map(({ row }) => row);
  } finally {
    file.close();
  }
}

describe("a list of images, of the project's own,", () => {
  const mark = `filters-${randomUUID()}`;
  const at = (second: number, fraction = "000000"): string => `2031-05-01 10:00:0${second}.${fraction}`;

  beforeAll(() => {
    write(
      [
        { name: "a", size: 1, disk_format: "raw", created_at: at(1), updated_at: at(1), status: "active" },
        { name: "b", size: 2, disk_format: "qcow2", created_at: at(2), updated_at: at(9), status: "queued" },
        { name: "c,d", size: 10, container_format: "bare", created_at: at(3, "250000"), checksum: "abc" },
        { name: 'e"f', size: null, protected: 1, created_at: at(4), min_disk: 7, min_ram: 64 },
        {
          name: "g:h",
          size: 20,
          virtual_size: 30,
          created_at: at(5),
          os_hash_algo: "sha512",
          os_hash_value: "h",
        },
        { name: "hidden", size: 2, os_hidden: 1, created_at: at(6) },
      ].map((said) => ({ ...said, tags: [mark] })),
    );
  });

  it.each<[query: string, names: string]>([
    ["", 'g:h e"f c,d b a'],
    ["name=a", "a"],
    ["name=A", ""],
    ["name=", ""],
    ["name=a%20", ""],
    ["name=eq:a", "a"],
    ["name=eq:g:h", "g:h"],
    ["name=in:a,b", "b a"],
    ["name=in:a%2Cb", "b a"],
    ['name=in:"c,d",a', "c,d a"],
    ["name=in:c,d", ""],
    ['name=in:"e\\"f"', 'e"f'],
    ['name=in:e\\"f,"b"', 'e"f b'],
    ["name=in:g:h,b,nobody", "g:h b"],
    ["name=in:", ""],
    ["name=in:,a,", "a"],
    ["status=active", 'g:h e"f c,d a'],
    ["status=in:queued,active", 'g:h e"f c,d b a'],
    ["status=killed", ""],
    ["disk_format=raw", "a"],
    ["disk_format=in:raw,qcow2", "b a"],
    ["container_format=in:bare", "c,d"],
    ["container_format=bare&disk_format=raw", ""],
    ["checksum=abc", "c,d"],
    ["checksum=in:abc", ""],
    ["os_hash_algo=sha512&os_hash_value=h", "g:h"],
    ["owner=alpha", 'g:h e"f c,d b a'],
    ["owner=beta", ""],
    ["min_disk=7", 'e"f'],
    ["min_ram=64", 'e"f'],
    ["min_ram=%2064%20", 'e"f'],
    ["size=10", "c,d"],
    ["size_min=2", "g:h c,d b"],
    ["size_min=2&size_max=10", "c,d b"],
    ["size_max=1", "a"],
    ["size_max=-1", ""],
    ["virtual_size=30", "g:h"],
    ["virtual_size_min=31", ""],
    ["min_disk_min=1", 'e"f'],
    ["min_disk_max=0", "g:h c,d b a"],
    ["min_ram_min=1&min_ram_max=64", 'e"f'],
    ["protected=true", 'e"f'],
    ["protected=false", "g:h c,d b a"],
    ["os_hidden=true", "hidden"],
    ["os_hidden=True", "hidden"],
    ["os_hidden=false", 'g:h e"f c,d b a'],
    ["visibility=private", 'g:h e"f c,d b a'],
    ["visibility=public", ""],
    ["visibility=all", 'g:h e"f c,d b a'],
    ["created_at=2031-05-01T10:00:01Z", "a"],
    ["created_at=eq:2031-05-01T10:00:03Z", "c,d"],
    ["created_at=2031-05-01T10:00:03.25Z", "c,d"],
    ["created_at=2031-05-01T10:00:03.2500001Z", "c,d"],
    ["created_at=2031-05-01T10:00:03.0Z", ""],
    ["created_at=gt:2031-05-01T10:00:03Z", 'g:h e"f'],
    ["created_at=gt:2031-05-01T10:00:03.1Z", 'g:h e"f c,d'],
    ["created_at=gte:2031-05-01T10:00:03Z", 'g:h e"f c,d'],
    ["created_at=lt:2031-05-01T10:00:03Z", "b a"],
    ["created_at=lte:2031-05-01T10:00:03Z", "c,d b a"],
    ["created_at=neq:2031-05-01T10:00:03Z", 'g:h e"f b a'],
    ["created_at=gt:2031-05-01T12:00:03%2B02:00", 'g:h e"f'],
    ["created_at=gt:2031-05-01%2010:00:03", 'g:h e"f'],
    ["created_at=gt:20310501T100003", 'g:h e"f'],
    ["created_at=gt:2031-05-01", 'g:h e"f c,d b a'],
    ["created_at=lt:2031-05", ""],
    ["created_at=gt:2031&updated_at=gt:2031-05-01T10:00:08Z", "b"],
    ["updated_at=2031-05-01T10:00:09Z", "b"],
    ["deleted=true", 'g:h e"f c,d b a'],
    ["hw_none=1", ""],
    ["tags-any=nobody", ""],
    ["sort=name:asc", 'a b c,d e"f g:h'],
    ["sort=name", 'g:h e"f c,d b a'],
    ["sort=%20name%20:%20asc%20,id", 'a b c,d e"f g:h'],
    ["sort=size:asc", 'e"f a b c,d g:h'],
    ["sort=size:desc", 'g:h c,d b a e"f'],
    ["sort=disk_format:desc,name:asc", 'a b c,d e"f g:h'],
    ["sort=disk_format:asc,name:desc", 'g:h e"f c,d b a'],
    ["sort=status:asc,size:asc", 'e"f a c,d g:h b'],
    ["sort=created_at:asc", 'a b c,d e"f g:h'],
    ["sort_key=name", 'g:h e"f c,d b a'],
    ["sort_key=name&sort_dir=asc", 'a b c,d e"f g:h'],
    ["sort_dir=asc", 'a b c,d e"f g:h'],
    ["sort_key=disk_format&sort_key=name&sort_dir=asc", 'c,d e"f g:h b a'],
    ["sort_key=disk_format&sort_key=name&sort_dir=asc&sort_dir=desc", 'g:h e"f c,d b a'],
    ["limit=2", 'g:h e"f'],
    ["limit=%2B2", 'g:h e"f'],
    ["limit=99999999999999999999", 'g:h e"f c,d b a'],
    ["limit=0", ""],
  ])("%j", async (query, expected) => {
    expect((await names(`?tag=${mark}&${query}`)).join(" ")).toBe(expected);
  });
});

describe("a list by tags compares them exactly:", () => {
  const mark = randomUUID();
  const tag = (name: string): string => `${mark} ${name}`;

  beforeAll(async () => {
    for (const [name, tags] of Object.entries({
      both: ["red", "blue"],
      red: ["red"],
      blue: ["blue"],
      case: ["Red"],
      space: ["red "],
      accent: ["réd"],
      comma: ["red,blue"],
      none: [],
    })) {
      await makeImage(server, { name, tags: [mark, ...tags.map(tag)] });
    }
  });

  it.each<[query: Record<string, string | string[]>, names: string]>([
    [{}, "accent blue both case comma none red space"],
    [{ tag: tag("red") }, "both red"],
    [{ tag: [tag("red"), tag("blue")] }, "both"],
    [{ tag: [tag("red"), tag("red")] }, "both red"],
    [{ tag: tag("red ") }, "space"],
    [{ tag: ` ${tag("red")}` }, ""],
    [{ tag: tag("RED") }, ""],
    [{ tag: tag("réd") }, "accent"],
    [{ tag: tag("re\u0301d") }, ""],
    [{ tag: tag("red,blue") }, "comma"],
    [{ tag: "" }, ""],
    [{ tag: "x".repeat(256) }, ""],
    [{ tags: tag("red") }, "both red"],
    [{ tags: `${tag("red")},${tag("blue")}` }, "both"],
    [{ tags: [tag("red"), tag("blue")] }, "both"],
    [{ tags: `${tag("red")}, ${tag("blue")}` }, ""],
    [{ tags: tag("red"), tag: tag("blue") }, "both"],
    [{ "tags-any": `${tag("red")},${tag("blue")}` }, "blue both red"],
    [{ "tags-any": [tag("red"), tag("blue")] }, "blue both red"],
    [{ "tags-any": tag("red,blue") }, "both red"],
    [{ "not-tags": `${tag("red")},${tag("blue")}` }, "accent case comma none space"],
    [{ "not-tags": tag("red") }, "accent blue case comma none space"],
    [{ "not-tags-any": `${tag("red")},${tag("blue")}` }, "accent blue case comma none red space"],
    [{ "not-tags-any": tag("red") }, "accent blue case comma none space"],
    [{ tags: tag("red"), "tags-any": `${tag("blue")},${tag("green")}` }, "both"],
    [
      { "tags-any": `${tag("red")},${tag("blue")}`, "not-tags-any": `${tag("red")},${tag("blue")}` },
      "blue red",
    ],
    [{ tags: tag("red"), "not-tags": tag("red") }, ""],
  ])("%o", async (query, expected) => {
    const parameters = new URLSearchParams([
      ["tag", mark],
      ["sort", "name:asc"],
    ]);
    for (const [name, value] of Object.entries(query)) {
      for (const one of [value].flat()) parameters.append(name, one);
    }
    expect((await names(`?${parameters}`)).join(" ")).toBe(expected);
  });
});

it("a list by an unknown name is of the images that have that property", async () => {
  const name = `os_${randomUUID()}`;
  await makeImage(server, { name: "debian", [name]: "debian 14" });
  await makeImage(server, { name: "plan 9", [name]: "plan:9" });
  await makeImage(server, { name: "neither" });
  expect(await names(`?${name}=debian%2014`)).toEqual(["debian"]);
  // Only the value of a property is read.
  expect(await names(`?${name}=plan:9`)).toEqual(["plan 9"]);
  expect(await names(`?${name}=in:debian%2014`)).toEqual([]);
  expect(await names(`?${name}=DEBIAN%2014`)).toEqual([]);
  expect(await names(`?${name.toUpperCase()}=debian%2014`)).toEqual([]);
  expect(await names(`?${name}=debian%2014&${randomUUID()}=x`)).toEqual([]);
  expect(await names(`?${name}=debian%2014&name=debian`)).toEqual(["debian"]);
});

it("a list by more properties than an image can have is refused", async () => {
  const query = (count: number) => Array.from({ length: count }, (_, index) => `p${index}=1`).join("&");
  expect((await ask(server, "GET", `/v2/images?${query(128)}`)).status).toBe(200);
  const refused = await ask(server, "GET", `/v2/images?${query(1_000)}`);
  expect(refused.status).toBe(400);
  expect(errorIn(refused).message).toBe("A list is filtered by at most 128 properties.");
});

it("a list by more tags than an image can bear is refused", async () => {
  const query = (count: number) => Array.from({ length: count }, (_, index) => `t${index}`).join(",");
  for (const name of ["tags", "tags-any", "not-tags", "not-tags-any"]) {
    expect((await ask(server, "GET", `/v2/images?${name}=${query(128)}`)).status).toBe(200);
    const refused = await ask(server, "GET", `/v2/images?${name}=${query(2_400)}`);
    expect(refused.status).toBe(400);
    expect(errorIn(refused).message).toBe(`${name} has more than 128 values.`);
  }
});

describe("a list is, for one who asks,", () => {
  const mark = `seen-${randomUUID()}`;

  beforeAll(() => {
    const tags = [mark];
    const rows = write([
      ...["private", "shared", "community", "public"].map((visibility) => ({
        name: `alpha's ${visibility}`,
        owner: "alpha",
        visibility,
        tags,
      })),
      ...["private", "community", "public"].map((visibility) => ({
        name: `beta's ${visibility}`,
        owner: "beta",
        visibility,
        tags,
      })),
      ...["accepted", "pending", "rejected"].map((status) => ({
        name: status,
        owner: "beta",
        visibility: "shared",
        tags,
      })),
    ]);
    for (const row of rows) {
      if (["accepted", "pending", "rejected"].includes(String(row["name"]))) {
        addMember(server.databasePath, String(row["id"]), "alpha", String(row["name"]));
      }
    }
  });

  const alphas = ["community", "private", "public", "shared"].map((visibility) => `alpha's ${visibility}`);

  it.each<[query: string, as: NonNullable<ApiRequest["as"]>, names: string[]]>([
    ["", "ALPHA_MEMBER", ["accepted", ...alphas, "beta's public"]],
    ["", "ALPHA_READER", ["accepted", ...alphas, "beta's public"]],
    ["member_status=accepted", "ALPHA_MEMBER", ["accepted", ...alphas, "beta's public"]],
    ["member_status=pending", "ALPHA_MEMBER", [...alphas, "beta's public", "pending"]],
    ["member_status=all", "ALPHA_MEMBER", ["accepted", ...alphas, "beta's public", "pending", "rejected"]],
    ["visibility=shared", "ALPHA_MEMBER", ["accepted", "alpha's shared"]],
    ["visibility=shared&member_status=rejected", "ALPHA_MEMBER", ["alpha's shared", "rejected"]],
    ["visibility=community", "ALPHA_MEMBER", ["alpha's community", "beta's community"]],
    ["visibility=all", "ALPHA_MEMBER", ["accepted", ...alphas, "beta's community", "beta's public"]],
    ["visibility=private", "BETA_MEMBER", ["beta's private"]],
    ["owner=alpha", "BETA_MEMBER", ["alpha's public"]],
    ["owner=alpha&visibility=community", "BETA_MEMBER", ["alpha's community"]],
    [
      "",
      "ADMIN",
      [
        "accepted",
        "alpha's private",
        "alpha's public",
        "alpha's shared",
        "beta's private",
        "beta's public",
        "pending",
        "rejected",
      ],
    ],
    [
      "visibility=all&owner=beta&status=active",
      "ADMIN",
      ["accepted", "beta's community", "beta's private", "beta's public", "pending", "rejected"],
    ],
    ["visibility=community", "ADMIN", ["alpha's community", "beta's community"]],
  ])("%j as %s: %j", async (query, as, expected) => {
    expect(await names(`?tag=${mark}&sort=name:asc&${query}`, { as })).toEqual(expected);
  });

  it("refused without the role reader", async () => {
    const reply = await ask(server, "GET", "/v2/images", { as: "ALPHA_OBSERVER" });
    expect([reply.status, errorIn(reply).message]).toEqual([
      403,
      "You are not authorized to complete get_images action.",
    ]);
  });
});

describe("a list whose query cannot be read is refused with what is wrong:", () => {
  const KEYS = "name, status, container_format, disk_format, size, id, created_at, updated_at";
  it.each([
    ["limit=x", "limit param must be an integer"],
    ["limit=", "limit param must be an integer"],
    ["limit=1.5", "limit param must be an integer"],
    ["limit=1e3", "limit param must be an integer"],
    ["limit=-1", "limit param must be positive"],
    ["limit=1&limit=2", "limit is given more than once."],
    ["marker=a&marker=b", "marker is given more than once."],
    ["name=a&name=a", "name is given more than once."],
    ["os_distro=a&os_distro=b", "os_distro is given more than once."],
    ["sort=name&sort=id", "sort is given more than once."],
    ["visibility=secret", "Invalid visibility value: secret"],
    ["visibility=", "Invalid visibility value: "],
    ["visibility=Public", "Invalid visibility value: Public"],
    ["visibility=all&visibility=all", "visibility is given more than once."],
    ["member_status=maybe", "Invalid status: maybe"],
    ["os_hidden=maybe", "Invalid value 'maybe' for 'os_hidden' filter. Valid values are 'true' or 'false'."],
    ["os_hidden=YES", "Invalid value 'yes' for 'os_hidden' filter. Valid values are 'true' or 'false'."],
    ["os_hidden=1", "Invalid value '1' for 'os_hidden' filter. Valid values are 'true' or 'false'."],
    ["protected=True", "Invalid value 'True' for 'protected' filter. Valid values are 'true' or 'false'."],
    ["protected=", "Invalid value '' for 'protected' filter. Valid values are 'true' or 'false'."],
    ["protected=true&protected=true", "protected is given more than once."],
    ["size_min=big", "Unable to filter on a range with a non-numeric value."],
    ["virtual_size_max=", "Unable to filter on a range with a non-numeric value."],
    ["min_ram_max=0x10", "Unable to filter on a range with a non-numeric value."],
    ["size_min=1&size_min=2", "size_min is given more than once."],
    ["name_min=5", "Unable to filter on a range of 'name', which is no number: name_min=5."],
    [
      "created_at_max=5",
      "Unable to filter on a range of 'created_at', which is no number: created_at_max=5.",
    ],
    ["size=big", "Invalid value 'big' for 'size' filter. It must be a whole number."],
    ["min_disk=", "Invalid value '' for 'min_disk' filter. It must be a whole number."],
    ["size=99999999999999999999", "The value of 'size' is out of range: 99999999999999999999."],
    ["created_at=yesterday", 'Bad "created_at" query filter format. Use ISO 8601 DateTime notation.'],
    ["created_at=gt:", 'Bad "created_at" query filter format. Use ISO 8601 DateTime notation.'],
    ["updated_at=gt:2031-02-30", 'Bad "updated_at" query filter format. Use ISO 8601 DateTime notation.'],
    // A plus that is not encoded is a space.
    [
      "created_at=gt:2031-01-01T00:00:00+01:00",
      'Bad "created_at" query filter format. Use ISO 8601 DateTime notation.',
    ],
    ["created_at=after:2031-01-01", "Unable to filter on a unknown operator."],
    ["created_at=in:2031-01-01", "Unable to filter on a unknown operator."],
    ["name=ubuntu:26.04", "Unable to filter by unknown operator 'ubuntu'."],
    ["status=neq:active", "Unable to filter by unknown operator 'neq'."],
    ["id=:", "Unable to filter by unknown operator ''."],
    ['name=in:a"b', 'Invalid filter value a"b. There is no comma before opening quotation mark.'],
    ['name=in:"a"b', 'Invalid filter value "a"b. There is no comma after closing quotation mark.'],
    ['name=in:a,"b', 'Invalid filter value a,"b. The quote is not closed.'],
    ['name=in:"a\\"', 'Invalid filter value "a\\". The quote is not closed.'],
    ["sort=colour", `Invalid sort key: colour. It must be one of the following: ${KEYS}.`],
    ["sort=", `Invalid sort key: . It must be one of the following: ${KEYS}.`],
    ["sort=name,", `Invalid sort key: . It must be one of the following: ${KEYS}.`],
    ["sort_key=owner", `Invalid sort key: owner. It must be one of the following: ${KEYS}.`],
    ["sort=name:up", "Invalid sort direction: up"],
    ["sort=name:ASC", "Invalid sort direction: ASC"],
    ["sort=name:asc:desc", "Invalid sort direction: asc:desc"],
    ["sort_dir=down", "Invalid sort direction: down"],
    ["sort=name&sort_key=id", "Old and new sorting syntax cannot be combined"],
    ["sort=name&sort_dir=asc", "Old and new sorting syntax cannot be combined"],
    ["sort_dir=asc&sort_dir=asc", "Number of sort dirs does not match the number of sort keys"],
    ["sort_key=name&sort_dir=asc&sort_dir=asc", "Number of sort dirs does not match the number of sort keys"],
    [
      "sort_key=name&sort_key=id&sort_key=size&sort_dir=asc&sort_dir=asc",
      "Number of sort dirs does not match the number of sort keys",
    ],
    ["changes-since=2031-01-01", 'The "changes-since" filter is no longer available on v2.'],
    ["tags=", "There is an empty tag in tags: ''."],
    ["tags-any=red,", "There is an empty tag in tags-any: 'red,'."],
    ["not-tags=,", "There is an empty tag in not-tags: ','."],
    ["not-tags-any=a&not-tags-any=", "There is an empty tag in not-tags-any: 'a,'."],
    ["__proto__=x&__proto__=y", "__proto__ is given more than once."],
    ["marker=nobody", "No image found with ID nobody"],
    ["marker=", "No image found with ID "],
  ])("%s", async (query, message) => {
    const reply = await ask(
      server,
      "GET",
      `/v2/images?${query.replaceAll('"', "%22").replaceAll("\\", "%5C")}`,
    );
    const reason = message.startsWith("No image found") ? "no-such-marker" : "invalid-query";
    expect([reply.status, errorIn(reply)]).toEqual([
      400,
      { code: 400, title: "Bad Request", message, reason },
    ]);
  });

  it("a marker that is not shown to the caller, or deleted", async () => {
    const ids = [await makeImage(server, { visibility: "private" }, "BETA_MEMBER"), await makeImage(server)];
    expect((await ask(server, "DELETE", `/v2/images/${ids[1]}`)).status).toBe(204);
    for (const id of ids) {
      const reply = await ask(server, "GET", `/v2/images?marker=${id}`);
      expect([reply.status, errorIn(reply).message]).toEqual([400, `No image found with ID ${id}`]);
    }
  });
});

describe("the pages of a list", () => {
  it("hold 25 images when nothing is said, and at most 1000", async () => {
    const mark = `many-${randomUUID()}`;
    write(Array.from({ length: 1_003 }, () => ({ tags: [mark] })));
    expect((await list(`?tag=${mark}`)).images).toHaveLength(25);
    for (const limit of [1_000, 1_001, 5_000]) {
      const { images, next = "" } = await list(`?tag=${mark}&limit=${limit}`);
      expect(images).toHaveLength(1_000);
      const rest = await list(next.slice("/v2/images".length));
      expect(rest.images).toHaveLength(3);
      expect(rest.next).toBeUndefined();
    }
  });

  it("follow one another by their links, which keep every parameter, to every image once", async () => {
    const mark = `pages ${randomUUID()}`;
    const sizes = [null, 3, null, 1, 3, 2, null];
    const made = write(sizes.map((size) => ({ size, tags: [mark, `${mark}&2`], status: "active" })));
    const query =
      `tag=${encodeURIComponent(mark)}&limit=2&tag=${encodeURIComponent(`${mark}&2`)}` +
      "&sort_key=size&sort_key=id&sort_dir=desc&sort_dir=asc&status=in:active,queued&os_hidden=False";
    const order = made.toSorted(
      (a, b) =>
        Number(b["size"] ?? -1) - Number(a["size"] ?? -1) || (String(a["id"]) < String(b["id"]) ? -1 : 1),
    );
    const ids: string[] = [];
    let link: string | undefined = `/v2/images?${query}`;
    for (let pages = 0; link !== undefined && pages < 10; pages += 1) {
      const { images, first, next }: z.infer<typeof page> = await list(link.slice("/v2/images".length));
      ids.push(...images.map(({ id }) => id));
      const kept = [...new URLSearchParams(query)];
      expect([...new URLSearchParams(first.slice("/v2/images".length))]).toEqual(kept);
      if (next !== undefined) {
        expect([...new URLSearchParams(next.slice("/v2/images".length))]).toEqual([
          ...kept,
          ["marker", ids.at(-1)],
        ]);
      }
      link = next;
    }
    expect(ids).toEqual(order.map((row) => row["id"]));
  });

  it("have a link to the next when they are full, and none when empty", async () => {
    const mark = randomUUID();
    for (let count = 0; count < 2; count += 1) await makeImage(server, { tags: [mark] });
    expect((await list(`?tag=${mark}&limit=2`)).next).toBeDefined();
    expect((await list(`?tag=${mark}&limit=3`)).next).toBeUndefined();
    expect(await list(`?tag=${mark}&limit=0`)).toEqual({
      images: [],
      first: `/v2/images?tag=${mark}&limit=0`,
      schema: "/v2/schemas/images",
    });
    const { images } = await list(`?tag=${mark}`);
    expect((await list(`?tag=${mark}&marker=${images[0]?.id.toUpperCase()}`)).images).toEqual([images[1]]);
  });

  it("answer HEAD as GET, without the body", async () => {
    const reply = await ask(server, "HEAD", `/v2/images?limit=1`);
    expect([reply.status, reply.body]).toEqual([200, ""]);
  });
});
