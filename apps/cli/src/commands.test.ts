import { parse as parseCsv } from "csv-parse/sync";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { parse as parseYaml } from "yaml";
import { runCli, type Ended } from "./testing/cli-process.ts";
import { startImageServer, type ImageServer, type NewImage } from "./testing/image-server.ts";

let server: ImageServer;
beforeAll(async () => {
  server = await startImageServer();
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
});

const ODD_TAGS = ["é", "a/b", "100%", "日本語", " spaces ", "a, b", "-x", "👩‍👩‍👧", "..a", "a?b#c"];

const run = (...args: string[]) => runCli(args, { env: server.env });
const create = (image: NewImage) => server.create(image);

describe.concurrent("imagetags list", () => {
  test("prints the images of every filter together, for people and for programs", async () => {
    const owned = { os_distro: "debian", tags: ["list-a", "list-b"] };
    const both = await create({ name: "list-1", ...owned });
    await create({ name: "list-2", tags: ["list-a"] });
    const hidden = await create({ name: "list-3", tags: ["list-a"], os_hidden: true });

    expect(json(await run("list", "--tag", "list-a", "--tag", "list-b", "-o", "json"))).toEqual([
      { id: both, name: "list-1", status: "queued", visibility: "shared", tags: ["list-a", "list-b"] },
    ]);
    expect(
      out(await run("list", "--tag", "list-a", "--not-tag", "list-b", "-o", "value", "-c", "name")),
    ).toBe("list-2\n");
    expect(out(await run("list", "--name", "list-1", "-o", "value", "-c", "id", "-c", "name"))).toBe(
      `${both}\tlist-1\n`,
    );
    expect(out(await run("list", "--tag", "list-a", "--hidden", "-o", "value", "-c", "id"))).toBe(
      `${hidden}\n`,
    );
    expect(out(await run("list", "--tag", "list-a", "--status", "active", "-o", "json"))).toBe("[]\n");
    expect(out(await run("list", "--tag", "list-a", "--owner", "beta", "--all", "-o", "json"))).toBe("[]\n");
    expect(out(await run("list", "--tag", "list-a", "--visibility", "private", "-o", "json"))).toBe("[]\n");
    expect(out(await run("list", "--tag", "list-b"))).toBe(
      `ID                                    NAME    STATUS  VISIBILITY  TAGS\n` +
        `${both}  list-1  queued  shared      list-a, list-b\n`,
    );
  });

  test("--property leaves the images with exactly this value", async () => {
    const shared = { tags: ["property"] };
    await create({ name: "p-1", ...shared, os_distro: "debian", os_version: "13" });
    await create({ name: "p-2", ...shared, os_distro: "Debian", os_version: "13" });
    await create({ name: "p-3", ...shared });
    const names = ["list", "--tag", "property", "-o", "value", "-c", "name", "--property"];
    expect(out(await run(...names, "os_distro=debian"))).toBe("p-1\n");
    expect(out(await run(...names, "os_version=13", "--property", "os_distro=Debian"))).toBe("p-2\n");
    expect(out(await run(...names, "os_version=1=3"))).toBe("");
  });

  test("--sort orders them, by several keys and both ways", async () => {
    for (const [name, disk_format] of [
      ["sort-b", "raw"],
      ["sort-c", "qcow2"],
      ["sort-a", "raw"],
    ] as const) {
      await create({ name, disk_format, tags: ["sort"] });
    }
    const sorted = ["list", "--tag", "sort", "-o", "value", "-c", "name", "--sort"];
    expect(out(await run(...sorted, "name"))).toBe("sort-a\nsort-b\nsort-c\n");
    expect(out(await run(...sorted, "disk_format:desc,name:asc"))).toBe("sort-a\nsort-b\nsort-c\n");
    expect(out(await run(...sorted, "disk_format,name:desc"))).toBe("sort-c\nsort-b\nsort-a\n");
  });

  test("--long has more columns", async () => {
    await create({ name: "long", disk_format: "raw", tags: ["long"] });
    const [heads = [], row = []]: string[][] = parseCsv(
      out(await run("list", "--tag", "long", "--long", "-o", "csv")),
    );
    expect(heads).toEqual(
      "id,name,status,visibility,protected,owner,disk_format,container_format,size,created_at,updated_at,tags".split(
        ",",
      ),
    );
    expect(row[heads.indexOf("disk_format")]).toBe("raw");
  });

  test("--limit is how many there are at most", async () => {
    for (const name of ["limit-1", "limit-2", "limit-3"]) await create({ name, tags: ["limit"] });
    const names = ["list", "--tag", "limit", "-o", "value", "-c", "name", "--limit"];
    expect(out(await run(...names, "2")).split("\n")).toHaveLength(3);
    expect(out(await run(...names, "9")).split("\n")).toHaveLength(4);
  });
});

describe.concurrent("imagetags show", () => {
  test("prints an image of an id or a name, with its properties", async () => {
    const id = await create({ name: "show-1", tags: ODD_TAGS, os_distro: "debian" });
    const shown = json(await run("show", "show-1", "-o", "json"));
    expect(shown).toMatchObject({ id, name: "show-1", tags: ODD_TAGS.toSorted(), os_distro: "debian" });
    expect(json(await run("show", id, "-o", "json"))).toEqual(shown);
    expect(parseYaml(out(await run("show", id, "-o", "yaml")))).toEqual(shown);
    expect(out(await run("show", id, "-o", "value", "-c", "name", "-c", "os_distro"))).toBe(
      "show-1\ndebian\n",
    );
    expect(out(await run("show", id))).toMatch(/^id {2,}[-0-9a-f]{36}\nname {2,}show-1\n/);
    const [heads = [], values = []]: string[][] = parseCsv(out(await run("show", id, "-o", "csv")));
    expect(values[heads.indexOf("os_distro")]).toBe("debian");
  });

  test("lists the candidates of a name that several images have", async () => {
    const ids = [await create({ name: "show-twin" }), await create({ name: "show-twin" })];
    const { code, stdout, stderr } = await run("show", "show-twin");
    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
    expect(stderr).toContain("imagetags: 2 images have the name show-twin; give the id of one:\n");
    for (const id of ids) expect(stderr).toContain(`  ${id}  queued, shared, owner alpha, made 20`);
  });

  test("-c with a field that the image does not have is an error that names those it has", async () => {
    const id = await create({ name: "show-c", os_distro: "debian" });
    const { code, stdout, stderr } = await run("show", id, "-c", "name", "-c", "nope");
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toMatch(/^imagetags: The image has no nope; it has id, name, .*os_distro.*\.\n$/);
  });

  test("says that there is no such image", async () => {
    expect(await run("show", "show-none")).toEqual({
      code: 1,
      stdout: "",
      stderr: "imagetags: There is no image show-none.\n",
    });
  });
});

describe.concurrent("imagetags tags", () => {
  test("counts the images that bear each tag, hidden ones too", async () => {
    await create({ name: "tags-1", tags: ["tags-all", "tags-b", "日本"] });
    await create({ name: "tags-2", tags: ["tags-all", "tags-b"] });
    await create({ name: "tags-3", tags: ["tags-all"], os_hidden: true });
    const filter = ["tags", "--tag", "tags-all"];
    const counts = [
      { tag: "tags-all", images: 3 },
      { tag: "tags-b", images: 2 },
      { tag: "日本", images: 1 },
    ];
    expect(json(await run(...filter, "-o", "json"))).toEqual(counts);
    expect(parseYaml(out(await run(...filter, "-o", "yaml")))).toEqual(counts);
    expect(out(await run(...filter, "-o", "csv"))).toBe("tag,images\r\ntags-all,3\r\ntags-b,2\r\n日本,1\r\n");
    expect(out(await run(...filter, "-o", "value", "-c", "tag"))).toBe("tags-all\ntags-b\n日本\n");
    expect(out(await run(...filter, "--not-tag", "tags-b"))).toBe("TAG       IMAGES\ntags-all  1\n");
  });
});

describe.concurrent("imagetags add", () => {
  test("adds tags to an image of a name, whatever they are", async () => {
    const id = await create({ name: "add-1" });
    expect(await run("add", "add-1", "--", ...ODD_TAGS)).toEqual({
      code: 0,
      stdout: ODD_TAGS.map((tag) => `Added ${tag} to add-1 (${id}).\n`).join(""),
      stderr: "",
    });
    expect(await server.tagsOf(id)).toEqual(ODD_TAGS.toSorted());
  });

  test("says `had` of a tag that was there", async () => {
    const id = await create({ name: "add-3", tags: ["a/b"] });
    expect(out(await run("add", "add-3", "a/b", "new", "--dry-run"))).toBe(
      `add-3 (${id}) had a/b.\nWould add new to add-3 (${id}).\n`,
    );
    expect(out(await run("add", "add-3", "a/b", "new"))).toBe(
      `add-3 (${id}) had a/b.\nAdded new to add-3 (${id}).\n`,
    );
    const row = { image_id: id, image_name: "add-3", result: "had", error: null };
    expect(json(await run("add", "add-3", "a/b", "new", "-o", "json"))).toEqual([
      { ...row, tag: "a/b" },
      { ...row, tag: "new" },
    ]);
  });

  test("lists each tag that cannot be added, and adds the others", async () => {
    const id = await create({ name: "add-2" });
    const { code, stdout, stderr } = await run("add", id, "x\u0007y", "good", "..");
    expect({ code, stdout }).toEqual({ code: 1, stdout: `Added good to add-2 (${id}).\n` });
    expect(stderr.trimEnd().split("\n")).toEqual([
      expect.stringMatching(
        /^imagetags: add-2 \([-0-9a-f]{36}\), tag x\\u0007y: .*control.*\(request id req-/,
      ),
      expect.stringMatching(/^imagetags: add-2 \([-0-9a-f]{36}\), tag \.\.: .*must not be "\.\."/),
    ]);
    expect(await server.tagsOf(id)).toEqual(["good"]);
  });
});

describe.concurrent("imagetags remove IMAGE TAG...", () => {
  test("removes tags, whatever they are", async () => {
    const id = await create({ name: "remove-1", tags: [...ODD_TAGS, "Prod", "prod"] });
    expect(await run("remove", "remove-1", "Prod", "Prod", "--", ...ODD_TAGS)).toEqual({
      code: 0,
      stdout: ["Prod", ...ODD_TAGS].map((tag) => `Removed ${tag} from remove-1 (${id}).\n`).join(""),
      stderr: "",
    });
    expect(await server.tagsOf(id)).toEqual(["prod"]);
  });

  test("fails for a tag that the image does not bear, and removes the others", async () => {
    const id = await create({ name: "remove-2", tags: ["old"] });
    expect(await run("remove", id, "older", "old")).toEqual({
      code: 1,
      stdout: `Removed old from remove-2 (${id}).\n`,
      stderr: `imagetags: remove-2 (${id}), tag older: The image does not bear the tag.\n`,
    });
    const again = await run("remove", id, "old", "-o", "json");
    expect(JSON.parse(again.stdout)).toEqual([
      {
        image_id: id,
        image_name: "remove-2",
        tag: "old",
        result: "failed",
        error: "The image does not bear the tag.",
      },
    ]);
    expect(again.code).toBe(1);
  });

  test("--dry-run says what would go and what could not, and removes nothing", async () => {
    const id = await create({ name: "remove-3", tags: ["old"] });
    expect(await run("remove", id, "old", "none", "--dry-run")).toEqual({
      code: 1,
      stdout: `Would remove old from remove-3 (${id}).\n`,
      stderr: `imagetags: remove-3 (${id}), tag none: The image does not bear the tag.\n`,
    });
    expect(await server.tagsOf(id)).toEqual(["old"]);
  });
});

describe.concurrent("imagetags set and clear", () => {
  test("leave an image exactly these tags, and say what came and what went", async () => {
    const id = await create({ name: "set-1", tags: ["a", "b/c", "é"] });
    const image = `set-1 (${id})`;
    const said = `Added new to ${image}.\nRemoved a from ${image}.\nRemoved b/c from ${image}.\n`;
    expect(out(await run("set", "set-1", "é", "new", "new", "--dry-run"))).toBe(
      said.replaceAll("Added", "Would add").replaceAll("Removed", "Would remove"),
    );
    expect(await server.tagsOf(id)).toEqual(["a", "b/c", "é"]);
    expect(out(await run("set", "set-1", "é", "new", "new"))).toBe(said);
    expect(await server.tagsOf(id)).toEqual(["new", "é"]);
    expect(out(await run("set", "set-1", "new", "é"))).toBe(`${image} bears exactly these tags already.\n`);
    expect(json(await run("set", id, "x", "é", "-o", "json"))).toEqual(
      [
        ["x", "added"],
        ["é", "had"],
        ["new", "removed"],
      ].map(([tag, result]) => ({ image_id: id, image_name: "set-1", tag, result, error: null })),
    );
    expect(out(await run("clear", "set-1"))).toBe(`Removed x from ${image}.\nRemoved é from ${image}.\n`);
    expect(await server.tagsOf(id)).toEqual([]);
    expect(out(await run("clear", "set-1"))).toBe(`${image} bears no tag already.\n`);
  });

  test("do nothing at all when one tag is refused", async () => {
    const id = await create({ name: "set-2", tags: ["a"] });
    const { code, stdout, stderr } = await run("set", "set-2", "good", "x\u0007y");
    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
    expect(stderr).toMatch(/^imagetags: .*\(request id req-[-0-9a-f]+\)\n$/);
    expect(await server.tagsOf(id)).toEqual(["a"]);
  });
});

function out({ code, stdout, stderr }: Ended): string {
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  return stdout;
}

function json(ended: Ended): unknown {
  return JSON.parse(out(ended));
}
