// The `openstack` and `glance` commands, which find the front in the catalog, and a real Glance behind it.
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import type { Person } from "@imagetags/testing/keystone/people";
import { runToEnd } from "@imagetags/testing/processes/run-to-end";
import { temporaryFolder } from "@imagetags/testing/temporary-folder";
import type { Checks } from "../lib/checks.ts";
import type { ImageApi } from "../lib/image-api.ts";

/** Who uses the commands, and Glance itself to see what came of it. */
interface Users {
  readonly member: Person;
  readonly admin: Person;
  readonly direct: ImageApi;
}

const RAW = ["--disk-format", "raw", "--container-format", "bare"];

export async function stockCommandChecks(checks: Checks, { member, admin, direct }: Users): Promise<void> {
  using folder = temporaryFolder("commands");
  const data = randomBytes(3_000_000);
  writeFileSync(folder.at("data"), data);
  const command = (program: string, person: Person) => (line: string[]) =>
    runToEnd(program, line, { folder: folder.path, env: { HOME: folder.path, ...person.environment } });
  const openstack = command("openstack", member);
  const glance = command("glance", member);
  const asAdmin = command("openstack", admin);

  const id = await checks.check("openstack image create with data and tags", async () => {
    const tags = ["--tag", "a", "--tag", "b"];
    const shown = await openstack([
      "image",
      "create",
      ...RAW,
      "--file",
      "data",
      ...tags,
      "first",
      "-f",
      "json",
    ]);
    const { id: made } = JSON.parse(shown);
    const { status, stores, size } = await direct.show(made);
    assert.deepEqual([status, stores, size], ["active", "files", data.length]);
    return String(made);
  });
  if (id === undefined) return;
  await checks.check("openstack image unset --tag and set --tag", async () => {
    await openstack(["image", "unset", "--tag", "a", id]);
    await openstack(["image", "set", "--tag", "c", "--name", "second", id]);
    const { name, tags } = await direct.show(id);
    assert.deepEqual([name, tags], ["second", ["b", "c"]]);
  });
  await checks.check("openstack image list --tag", async () => {
    const listed = await openstack(["image", "list", "--tag", "c", "-f", "value", "-c", "ID"]);
    assert.equal(listed.trim(), id);
  });
  await checks.check("openstack image save", async () => {
    await openstack(["image", "save", "--file", "saved", id]);
    assert.ok(readFileSync(folder.at("saved")).equals(data), "Other bytes were saved.");
  });
  await checks.check("openstack image set --deactivate and --activate by an admin", async () => {
    for (const [option, expected] of [
      ["--deactivate", "deactivated"],
      ["--activate", "active"],
    ] as const) {
      await asAdmin(["image", "set", option, id]);
      assert.equal((await direct.show(id)).status, expected);
    }
  });
  await checks.check("glance stores-info and md-namespace-list", async () => {
    assert.match(await glance(["stores-info"]), /files/);
    assert.match(await glance(["md-namespace-list"]), /namespace/);
  });
  await checks.check("openstack image delete", async () => {
    await openstack(["image", "delete", id]);
    assert.equal((await direct.send("GET", `/v2/images/${id}`)).status, 404);
  });
}
