// The `openstack image` commands of python-openstackclient.
import assert from "node:assert/strict";
import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { failed, runCommand, succeeded } from "./lib/run-command.ts";
import { SAMPLE, SAMPLE_MD5, sampleFile } from "./lib/sample.ts";
import { ALPHA, BETA, type Setting } from "./lib/server.ts";

export async function openstackChecks({ checks: { check }, server, folder }: Setting): Promise<void> {
  const home = join(folder, "home-openstack");
  mkdirSync(home);
  const as = ({ token }: { readonly token: string }) => ({
    HOME: home,
    OS_AUTH_TYPE: "admin_token",
    OS_ENDPOINT: `${server.url}/v2`,
    OS_TOKEN: token,
  });
  const run = (...args: string[]) => runCommand("/usr/bin/openstack", ["image", ...args], as(ALPHA));
  const ok = async (...args: string[]) => succeeded(await run(...args));
  const json = async (...args: string[]) => JSON.parse(await ok(...args, "-f", "json"));
  const names = async (...args: string[]) =>
    (await ok("list", "-f", "value", "-c", "Name", ...args)).split("\n").filter(Boolean).toSorted();
  const tagsOf = async ({ id }: { readonly id: string }) => (await server.image(id, ALPHA)).tags.toSorted();

  const data = sampleFile(folder);

  const plain = await check("openstack image create, without data", async () => {
    const image = await json("create", "--property", "colour=red", "--tag", "base", "plain");
    assert.equal(image.status, "queued");
    assert.deepEqual(image.tags, ["base"]);
    assert.equal(image.owner, ALPHA.project);
    assert.equal(image.properties.colour, "red");
    return image;
  });
  await check("openstack image create --file", async () => {
    const { id } = await json("create", "--file", data, "--tag", "base", "--tag", "full", "full");
    const image = await server.image(id, ALPHA);
    assert.equal(image.status, "active");
    assert.equal(image.size, 21);
    assert.equal(image.checksum, SAMPLE_MD5);
  });
  await check("openstack image set --deactivate and --activate", async () => {
    await ok("set", "--deactivate", "full");
    assert.equal((await json("show", "full")).status, "deactivated");
    const saved = join(folder, "deactivated");
    failed(await run("save", "--file", saved, "full"));
    await ok("set", "--activate", "full");
    await ok("save", "--file", saved, "full");
    assert.deepEqual(readFileSync(saved), readFileSync(data));
  });
  await check("openstack image create --community", () => ok("create", "--community", "everybody's"));

  await check("openstack image list", async () => {
    assert.deepEqual(await names(), ["everybody's", "full", "plain"]);
  });
  await check("openstack image list --tag, and twice: both", async () => {
    assert.deepEqual(await names("--tag", "base"), ["full", "plain"]);
    assert.deepEqual(await names("--tag", "base", "--tag", "full"), ["full"]);
    assert.deepEqual(await names("--tag", "none"), []);
  });
  await check("openstack image list --long", async () => {
    const [image] = await json("list", "--long", "--tag", "full");
    assert.equal(image.Size, 21);
    assert.equal(image.Status, "active");
    assert.equal(image.Project, ALPHA.project);
    assert.deepEqual(image.Tags.toSorted(), ["base", "full"]);
  });
  await check("openstack image list --property", async () => {
    assert.deepEqual(await names("--property", "colour=red"), ["plain"]);
    assert.deepEqual(await names("--property", "colour=blue"), []);
  });
  await check("openstack image list --community", async () => {
    assert.deepEqual(await names("--community"), ["everybody's"]);
  });
  await check("openstack image list --name and --status", async () => {
    assert.deepEqual(await names("--name", "full"), ["full"]);
    assert.deepEqual(await names("--status", "queued"), ["everybody's", "plain"]);
    assert.deepEqual(await names("--name", "full", "--status", "queued"), []);
  });
  await check(
    "openstack image list --limit: the newest, which the client itself then sorts by --sort",
    async () => {
      const sorted = await ok("list", "-f", "value", "-c", "Name", "--limit", "2", "--sort", "name:desc");
      assert.deepEqual(sorted.split("\n").filter(Boolean), ["full", "everybody's"]);
    },
  );

  await check("openstack image show, by name and by id", async () => {
    assert.equal((await json("show", "plain")).id, plain.id);
    assert.equal((await json("show", plain.id)).name, "plain");
    assert.match(failed(await run("show", "nothing")), /No Image found for nothing/);
  });

  for (const tag of ["web", "é", "a b", "日本語", "100%"]) {
    await check(`openstack image set --tag ${JSON.stringify(tag)}, and unset`, async () => {
      await ok("set", "--tag", tag, "plain");
      assert.deepEqual(await tagsOf(plain), ["base", tag].toSorted());
      await ok("unset", "--tag", tag, "plain");
      assert.deepEqual(await tagsOf(plain), ["base"]);
    });
  }
  await check('openstack image set --tag "a/b"', async () => {
    await ok("set", "--tag", "a/b", "plain");
    assert.deepEqual(await tagsOf(plain), ["a/b", "base"]);
  });
  await check(
    'openstack image unset --tag "a/b" cannot: openstacksdk (common/tag.py, remove_tag) writes the tag into the path as it is',
    async () => {
      const said = failed(await run("unset", "--tag", "a/b", "plain"));
      assert.match(said, /Failed to unset 1 of 1 tags/);
      assert.ok(server.requests().includes(`DELETE /v2/images/${plain.id}/tags/a/b 404`), "it was sent so");
      assert.deepEqual(await tagsOf(plain), ["a/b", "base"]);
    },
  );
  await check('openstack image unset --tag "a%2Fb" does: written so it arrives as the tag a/b', async () => {
    await ok("unset", "--tag", "a%2Fb", "plain");
    assert.deepEqual(await tagsOf(plain), ["base"]);
  });
  await check("openstack image unset --tag of a tag that is not there fails", async () => {
    assert.match(failed(await run("unset", "--tag", "gone", "plain")), /'gone' is a nonexistent tag/);
  });

  await check("openstack image set --property, and unset", async () => {
    await ok("set", "--property", "colour=blue", "--property", "size_class=xl", "plain");
    assert.equal((await server.image(plain.id, ALPHA)).size_class, "xl");
    await ok("unset", "--property", "size_class", "plain");
    const image = await server.image(plain.id, ALPHA);
    assert.equal(image.colour, "blue");
    assert.ok(!("size_class" in image));
  });
  await check("openstack image set --name, --min-disk and --protected, and --unprotected", async () => {
    await ok("set", "--name", "plainer", "--min-disk", "3", "--protected", "plain");
    const image = await server.image(plain.id, ALPHA);
    assert.deepEqual([image.name, image.min_disk, image.protected], ["plainer", 3, true]);
    assert.match(failed(await run("delete", "plainer")), /protected/);
    await ok("set", "--name", "plain", "--unprotected", plain.id);
  });

  await check("openstack image add project", async () => {
    const member = await json("add", "project", "plain", BETA.project);
    assert.deepEqual([member.image_id, member.member_id, member.status], [plain.id, BETA.project, "pending"]);
  });
  await check("openstack image member list", async () => {
    assert.deepEqual(await json("member", "list", "plain"), [
      { "Image ID": plain.id, "Member ID": BETA.project, Status: "pending" },
    ]);
  });
  await check("openstack image show, by a member of the project it is shared with", async () => {
    const reply = await runCommand("/usr/bin/openstack", ["image", "show", plain.id, "-f", "json"], as(BETA));
    assert.equal(JSON.parse(succeeded(reply)).name, "plain");
  });
  await check("openstack image unset --tag is refused to that member, and the tag stays", async () => {
    const args = ["image", "unset", "--tag", "base", plain.id];
    failed(await runCommand("/usr/bin/openstack", args, as(BETA)));
    assert.deepEqual(await tagsOf(plain), ["base"]);
  });

  await check("openstack image save", async () => {
    const saved = join(folder, "saved.img");
    await ok("save", "--file", saved, "full");
    assert.equal(readFileSync(saved, "utf8"), SAMPLE);
  });
  await check("openstack image delete", async () => {
    await ok("delete", "full", plain.id, "everybody's");
    assert.deepEqual(await names(), []);
  });
}
