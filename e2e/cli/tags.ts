// What people do with tags, on one cloud.
import assert from "node:assert/strict";
import type { Checks } from "../lib/checks.ts";
import type { Imagetags } from "./lib/imagetags.ts";
import type { ImageApi } from "../lib/image-api.ts";

const MANY = 60;

/** What the checks work on. */
interface Setting {
  readonly checks: Checks;
  /** The name of the cloud. */
  readonly name: string;
  readonly imagetags: Imagetags;
  /** The same cloud, without the command. */
  readonly api: ImageApi;
  /** The id of the caller's project. */
  readonly project: string;
}

export async function tagChecks({ checks, name: cloud, imagetags, api, project }: Setting) {
  const check = (name: string, work: () => Promise<void>) =>
    checks.check(`${cloud}: imagetags ${name}`, work);
  const ok = async (...args: string[]) => {
    const { code, stdout, stderr } = await imagetags(...args);
    assert.deepEqual({ code, stderr: withoutHint(stderr) }, { code: 0, stderr: "" });
    return stdout;
  };
  // A server that plans changes of many images can undo them, and Glance cannot.
  const withoutHint = (stderr: string) =>
    cloud === "Glance" ? stderr : stderr.replace(/^To undo it: imagetags undo --request req-\S+\n/m, "");
  const json = async (...args: string[]) => JSON.parse(await ok(...args, "-o", "json"));

  const web = await api.create({ name: "web", tags: ["production", "old"] });
  const shop = await api.create({ name: "shop", tags: ["production", "tested"] });
  const hidden = await api.create({ name: "hidden", tags: ["old"], os_hidden: true });
  const twins = [await api.create({ name: "twin" }), await api.create({ name: "twin" })];

  await check("list --tag", async () => {
    const images = await json("list", "--tag", "production");
    assert.deepEqual(images.map(({ id }: { id: string }) => id).toSorted(), [web, shop].toSorted());
    assert.match(await ok("list", "--tag", "old"), new RegExp(`^ID .*\\n${web}  web .* old, production\\n$`));
  });
  await check("list --not-tag", async () => {
    const args = ["list", "--tag", "production", "--not-tag", "tested", "-o", "value", "-c", "name"];
    assert.equal(await ok(...args), "web\n");
    assert.equal(await ok("list", "--not-tag", "production", "-o", "value", "-c", "name"), "twin\ntwin\n");
  });
  await check("list --name, --owner, --hidden and --limit", async () => {
    assert.equal(await ok("list", "--name", "shop", "-o", "value", "-c", "id"), `${shop}\n`);
    assert.equal((await json("list", "--owner", project)).length, 4);
    assert.equal(await ok("list", "--hidden", "-o", "value", "-c", "id"), `${hidden}\n`);
    assert.equal((await json("list", "--limit", "3")).length, 3);
  });
  await check("show", async () => {
    assert.equal((await json("show", "web")).id, web);
    assert.deepEqual((await json("show", web, "-c", "tags")).tags, ["old", "production"]);
    assert.deepEqual(await imagetags("show", "nothing"), {
      code: 1,
      stdout: "",
      stderr: "imagetags: There is no image nothing.\n",
    });
    const { code, stderr } = await imagetags("show", "twin");
    assert.equal(code, 1);
    for (const id of twins) assert.ok(stderr.includes(id), stderr);
  });
  await check("tags", async () => {
    assert.equal(await ok("tags", "-o", "csv"), "tag,images\r\nold,2\r\nproduction,2\r\ntested,1\r\n");
  });

  await check("add and remove", async () => {
    await ok("add", "web", "new", "a b", "100%");
    assert.deepEqual(await api.tags(web), ["100%", "a b", "new", "old", "production"]);
    assert.equal(await ok("remove", "web", "a b"), `Removed a b from web (${web}).\n`);
    assert.equal(
      await ok("remove", web, "100%", "new"),
      ["100%", "new"].map((tag) => `Removed ${tag} from web (${web}).\n`).join(""),
    );
    assert.deepEqual(await api.tags(web), ["old", "production"]);
  });
  await check("remove, of a tag that is not there, fails", async () => {
    assert.deepEqual(await imagetags("remove", "web", "gone"), {
      code: 1,
      stdout: "",
      stderr: `imagetags: web (${web}), tag gone: The image does not bear the tag.\n`,
    });
  });
  await check("remove, of an image that is not there, fails", async () => {
    const id = "00000000-0000-4000-8000-000000000000";
    const { code, stderr } = await imagetags("remove", id, "old");
    assert.deepEqual({ code, stderr }, { code: 1, stderr: `imagetags: There is no image ${id}.\n` });
  });
  await check("remove --everywhere --dry-run shows what would go", async () => {
    const { code, stdout, stderr } = await imagetags(
      "remove",
      "--everywhere",
      "old",
      "--dry-run",
      "-o",
      "value",
    );
    assert.deepEqual({ code, stderr }, { code: 0, stderr: "2 removals to make. Nothing was removed.\n" });
    assert.deepEqual(
      stdout.trimEnd().split("\n").toSorted(),
      [`${web}\tweb\told\twould be removed`, `${hidden}\thidden\told\twould be removed`].toSorted(),
    );
    assert.deepEqual(await api.tags(web), ["old", "production"]);
  });
  await check("remove --everywhere", async () => {
    const removed = async (...args: readonly string[]) => {
      const { code, stdout, stderr } = await imagetags("remove", "--everywhere", ...args);
      assert.equal(code, 0);
      assert.match(stderr, cloud === "Glance" ? /^$/ : /^To undo it: imagetags undo --request req-\S+\n$/);
      return stdout;
    };
    assert.equal(await removed("old", "--not-tag", "production"), "Removed old from 1 image.\n");
    assert.deepEqual(await api.tags(hidden), []);
    assert.deepEqual(await api.tags(web), ["old", "production"]);
    assert.equal(await removed("old", "tested"), "Removed old, tested in 2 removals.\n");
    assert.equal(await ok("remove", "--everywhere", "old"), "No image bears old.\n");
  });
  await check(`remove --everywhere, from ${MANY} images`, async () => {
    for (let index = 0; index < MANY; index += 1)
      await api.create({ name: `many-${index}`, tags: ["many", "kept"] });
    const rows = await json("remove", "--everywhere", "many", "--concurrency", "4");
    assert.equal(rows.length, MANY);
    assert.ok(rows.every(({ result }: { result: string }) => result === "removed"));
    assert.equal(await ok("tags", "--tag", "kept", "-o", "csv"), `tag,images\r\nkept,${MANY}\r\n`);
  });

  await check("add says `had` of a tag that was there", async () => {
    assert.equal(
      await ok("add", "shop", "production", "extra"),
      `shop (${shop}) had production.\nAdded extra to shop (${shop}).\n`,
    );
  });
  await check("set leaves exactly these tags, also ones with a slash, and clear leaves none", async () => {
    assert.equal(
      await ok("set", "shop", "a/b", "production"),
      `Added a/b to shop (${shop}).\nRemoved extra from shop (${shop}).\n`,
    );
    assert.deepEqual(await api.tags(shop), ["a/b", "production"]);
    assert.equal(
      await ok("set", "shop", "production", "a/b"),
      `shop (${shop}) bears exactly these tags already.\n`,
    );
    await ok("clear", "shop");
    assert.deepEqual(await api.tags(shop), []);
  });
  await check("add --everywhere, of a choice of images", async () => {
    const chosen = ["add", "--everywhere", "chosen", "--tag", "kept"];
    const { stderr } = await imagetags(...chosen, "--dry-run");
    assert.equal(stderr, `${MANY} additions to make. Nothing was added.\n`);
    await api.create({ name: "chosen", tags: ["kept", "chosen"] });
    assert.equal(await ok(...chosen), `Added chosen to ${MANY} images.\n`);
    assert.equal(await ok(...chosen), "No image of these lacks chosen.\n");
  });
  await check("rename, everywhere, which may be run again", async () => {
    const both = await api.create({ name: "both", tags: ["chosen", "picked"] });
    assert.equal(await ok("rename", "chosen", "picked"), `Renamed chosen to picked on ${MANY + 2} images.\n`);
    assert.deepEqual(await api.tags(both), ["picked"]);
    assert.equal(await ok("rename", "chosen", "picked"), "No image bears chosen.\n");
    assert.match(await ok("tags", "-o", "csv"), new RegExp(`\npicked,${MANY + 2}\r\n`));
  });
  await check("rename of a tag with a slash is done, or leaves the image as it was", async () => {
    await ok("set", "shop", "a/b");
    const { code, stderr } = await imagetags("rename", "a/b", "renamed");
    if (cloud === "Glance") {
      assert.equal(code, 1);
      assert.match(stderr, / renamed was taken back\.\n$/);
    } else assert.deepEqual({ code, stderr: withoutHint(stderr) }, { code: 0, stderr: "" });
    assert.deepEqual(await api.tags(shop), [code === 0 ? "renamed" : "a/b"]);
    await ok("clear", "shop");
  });
  await check("list --property, --sort and --long", async () => {
    for (const name of ["sort-b", "sort-a"]) {
      await api.create({ name, os_distro: "debian", tags: ["sorted"] });
    }
    await api.create({ name: "sort-c", os_distro: "Debian", tags: ["sorted"] });
    const names = ["list", "-o", "value", "-c", "name", "--tag", "sorted"];
    assert.equal(await ok(...names, "--sort", "name:desc"), "sort-c\nsort-b\nsort-a\n");
    assert.equal(await ok(...names, "--sort", "name", "--property", "os_distro=debian"), "sort-a\nsort-b\n");
    const [image] = await json("list", "--tag", "sorted", "--limit", "1", "--long");
    assert.ok("created_at" in image && "disk_format" in image, JSON.stringify(image));
  });
  await check("--debug and --timing show requests and no secret", async () => {
    const { code, stderr } = await imagetags("list", "--limit", "1", "--debug", "--timing");
    assert.equal(code, 0);
    assert.match(stderr, /^> \S+Z POST http\S+\/v3\/auth\/tokens$/m);
    assert.match(stderr, /^> \S+Z GET http\S+\/v2\/images\?\S+$/m);
    assert.match(stderr, /^< x-subject-token: \[hidden\]$/im);
    assert.match(stderr, /^> x-auth-token: \[hidden\]$/m);
    assert.match(stderr, /^ +\d+\.\d{3} +2 requests$/m);
  });
}
