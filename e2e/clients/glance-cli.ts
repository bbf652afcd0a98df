// The `glance` command of python-glanceclient.
import assert from "node:assert/strict";
import { mkdtempSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { failed, runCommand, succeeded } from "./lib/run-command.ts";
import { SAMPLE, SAMPLE_MD5, sampleFile } from "./lib/sample.ts";
import { GAMMA, type Setting } from "./lib/server.ts";

export async function glanceChecks({ checks: { check }, server, folder }: Setting): Promise<void> {
  const environment = (home: string) => ({
    HOME: home,
    OS_IMAGE_URL: server.url,
    OS_AUTH_TOKEN: GAMMA.token,
  });
  const newHome = () => mkdtempSync(join(folder, "home-glance-"));
  // Each command has a home of its own: see the check of the schema that it keeps there.
  const run = (...args: string[]) => runCommand("/usr/bin/glance", args, environment(newHome()));
  const ok = async (...args: string[]) => succeeded(await run(...args));
  const tagsOf = async ({ id }: { readonly id: string }) => (await server.image(id, GAMMA)).tags.toSorted();
  const image = async (...args: string[]) => readTable(await ok(...args));

  const data = sampleFile(folder);
  const formats = ["--container-format", "bare", "--disk-format", "raw"];

  const empty = await check("glance image-create, without data", async () => {
    const made = await image(
      "image-create",
      "--name",
      "empty",
      ...formats,
      "--tags",
      "base",
      "--property",
      "colour=red",
    );
    assert.deepEqual([made.status, made.tags, made.colour], ["queued", '["base"]', "red"]);
    return made;
  });
  const full = await check("glance image-create --file", async () => {
    const made = await image("image-create", "--name", "full", ...formats, "--file", data);
    assert.deepEqual([made.status, made.size, made.checksum], ["active", "21", SAMPLE_MD5]);
    return made;
  });
  await check("glance image-list", async () => {
    const listed = await ok("image-list");
    assert.ok(listed.includes(empty.id) && listed.includes(full.id), listed);
  });
  await check("glance image-list --tag and --property-filter", async () => {
    for (const filter of [
      ["--tag", "base"],
      ["--property-filter", "colour=red"],
    ]) {
      const listed = await ok("image-list", ...filter);
      assert.ok(listed.includes(empty.id) && !listed.includes(full.id), listed);
    }
  });
  await check("glance image-show", async () => {
    assert.equal((await image("image-show", empty.id)).name, "empty");
    assert.match(failed(await run("image-show", "nothing")), /No image found with ID nothing/);
  });

  for (const tag of ["web", "é", "a b"]) {
    await check(`glance image-tag-update ${JSON.stringify(tag)}, and image-tag-delete`, async () => {
      await ok("image-tag-update", empty.id, tag);
      assert.deepEqual(await tagsOf(empty), ["base", tag].toSorted());
      await ok("image-tag-delete", empty.id, tag);
      assert.deepEqual(await tagsOf(empty), ["base"]);
    });
  }
  await check(
    'glance image-tag-update "a/b" cannot: glanceclient (v2/image_tags.py) writes the tag into the path as it is',
    async () => {
      failed(await run("image-tag-update", empty.id, "a/b"));
      assert.ok(server.requests().includes(`PUT /v2/images/${empty.id}/tags/a/b 404`), "it was sent so");
      failed(await run("image-tag-delete", empty.id, "a/b"));
      assert.ok(server.requests().includes(`DELETE /v2/images/${empty.id}/tags/a/b 404`), "it was sent so");
    },
  );
  await check(
    'glance image-tag-update "a%2Fb" does, and image-tag-delete: written so it arrives as a/b',
    async () => {
      await ok("image-tag-update", empty.id, "a%2Fb");
      assert.deepEqual(await tagsOf(empty), ["a/b", "base"]);
      await ok("image-tag-delete", empty.id, "a%2Fb");
      assert.deepEqual(await tagsOf(empty), ["base"]);
    },
  );
  await check("glance image-tag-delete of a tag that is not there fails and names it", async () => {
    assert.match(failed(await run("image-tag-delete", empty.id, "gone")), /has no tag gone/);
  });

  await check("glance image-update", async () => {
    const updated = await image("image-update", empty.id, "--name", "renamed", "--property", "colour=blue");
    assert.deepEqual([updated.name, updated.colour], ["renamed", "blue"]);
    const less = await image("image-update", empty.id, "--remove-property", "colour");
    assert.equal(less.colour, undefined);
  });
  await check("glance image-download", async () => {
    const saved = join(folder, "glance-saved.img");
    await ok("image-download", "--file", saved, full.id);
    assert.equal(readFileSync(saved, "utf8"), SAMPLE);
  });
  await check("glance image-delete", async () => {
    await ok("image-delete", empty.id, full.id);
    assert.ok(!(await ok("image-list")).includes(empty.id));
  });

  await check(
    "glance cannot run twice in one home: the schema that it keeps names `stores`, which its own image-create-via-import has too (v2/shell.py)",
    async () => {
      const home = newHome();
      succeeded(await runCommand("/usr/bin/glance", ["image-list"], environment(home)));
      const schema = JSON.parse(readFileSync(join(home, ".glanceclient", "image_schema.json"), "utf8"));
      assert.ok("stores" in schema.properties);
      const again = failed(await runCommand("/usr/bin/glance", ["image-list"], environment(home)));
      assert.match(again, /argument --stores: conflicting option string: --stores/);
    },
  );
}

/** The rows of a table `| name | value |`. */
function readTable(text: string) {
  const rows = [...text.matchAll(/^\| (\S+) +\| (.*?) *\|$/gm)].map(([, name, value]) => [name, value]);
  return Object.fromEntries(rows.filter(([name]) => name !== "Property"));
}
