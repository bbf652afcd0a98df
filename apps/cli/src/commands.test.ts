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
    const id = await create({ name: "add-1", tags: ["a/b"] });
    expect(await run("add", "add-1", "--", ...ODD_TAGS)).toEqual({
      code: 0,
      stdout: ODD_TAGS.map((tag) => `Added ${tag} to add-1 (${id}).\n`).join(""),
      stderr: "",
    });
    expect(await server.tagsOf(id)).toEqual(ODD_TAGS.toSorted());
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

function out({ code, stdout, stderr }: Ended): string {
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  return stdout;
}

function json(ended: Ended): unknown {
  return JSON.parse(out(ended));
}
