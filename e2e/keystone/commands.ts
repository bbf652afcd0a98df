// The `openstack` and `glance` commands as people use them: they log in and find the server in the catalog.
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { runToEnd } from "@imagetags/testing/processes/run-to-end";
import { temporaryFolder } from "@imagetags/testing/temporary-folder";
import { tagsOf } from "./requests.ts";
import { startAsking, type Setting } from "./setting.ts";
import type { Environment } from "@imagetags/testing/keystone/people";

export async function commandChecks(setting: Setting) {
  const { checks, keystone, stack } = setting;
  const { url } = await startAsking(setting);
  await keystone.registerService({ type: "image", name: "glance", url });
  const alice = await keystone.user({ project: "alpha", roles: ["member"] });
  const reader = await keystone.user({ project: "alpha", roles: ["reader"] });
  const rules = [
    { service: "image", method: "GET", path: "/v2/images/**" },
    { service: "image", method: "GET", path: "/v2/images" },
    { service: "image", method: "DELETE", path: "/v2/images/*/tags/*" },
  ];
  const ci = await alice.applicationCredential({ accessRules: rules });
  const folder = stack.use(temporaryFolder("commands")).path;
  const clouds = {
    alice: cloud(alice.environment),
    reader: cloud(reader.environment),
    ci: {
      auth_type: "v3applicationcredential",
      auth: {
        auth_url: keystone.url,
        application_credential_id: ci.id,
        application_credential_secret: ci.secret,
      },
      region_name: alice.environment["OS_REGION_NAME"],
      identity_api_version: 3,
    },
  };
  // JSON is YAML.
  writeFileSync(join(folder, "clouds.yaml"), JSON.stringify({ clouds }));
  const openstack = (name: string, ...args: string[]) =>
    runToEnd("openstack", args, {
      folder,
      env: { HOME: folder, OS_CLIENT_CONFIG_FILE: join(folder, "clouds.yaml"), OS_CLOUD: name },
    });
  const glance = (...args: string[]) =>
    runToEnd("glance", args, { folder, env: { HOME: folder, ...alice.environment } });

  const id = await checks.check(
    "openstack image create --tag, by a clouds.yaml with a password",
    async () => {
      const printed = await openstack(
        "alice",
        "image",
        "create",
        "--tag",
        "a",
        "--tag",
        "b",
        "first",
        "-f",
        "json",
      );
      return JSON.parse(printed).id;
    },
  );
  if (typeof id !== "string") return;
  const tags = async () => tagsOf(url, await alice.token(), id);
  await checks.check("openstack image unset --tag", async () => {
    await openstack("alice", "image", "unset", "--tag", "a", "first");
    assert.deepEqual(await tags(), ["b"]);
  });
  await checks.check("openstack image unset --tag by a reader is refused", async () => {
    await assert.rejects(
      openstack("reader", "image", "unset", "--tag", "b", "first"),
      /Failed to unset 1 of 1/,
    );
    assert.deepEqual(await tags(), ["b"]);
  });
  await checks.check(
    "openstack image set --tag with an application credential that may only remove tags is refused",
    async () => {
      await assert.rejects(openstack("ci", "image", "set", "--tag", "x", "first"), /401/);
      assert.deepEqual(await tags(), ["b"]);
    },
  );
  await checks.check("openstack image unset --tag with that application credential", async () => {
    await openstack("ci", "image", "unset", "--tag", "b", "first");
    assert.deepEqual(await tags(), []);
  });
  await checks.check(
    "openstack token revoke, and the token opens nothing that was not open already",
    async () => {
      const token = (await openstack("alice", "token", "issue", "-f", "value", "-c", "id")).trim();
      await openstack("alice", "token", "revoke", token);
      const env = { HOME: folder, OS_AUTH_TYPE: "admin_token", OS_ENDPOINT: `${url}/v2`, OS_TOKEN: token };
      await assert.rejects(runToEnd("openstack", ["image", "list"], { folder, env }), /401/);
    },
  );
  await checks.check("glance image-tag-update and image-tag-delete", async () => {
    await glance("image-tag-update", id, "ci-7");
    assert.deepEqual(await tags(), ["ci-7"]);
    await glance("image-tag-delete", id, "ci-7");
    assert.deepEqual(await tags(), []);
  });
  await checks.check("glance image-list --tag", async () => {
    await glance("image-tag-update", id, "only");
    assert.match(await glance("image-list", "--tag", "only"), new RegExp(id));
    assert.doesNotMatch(await glance("image-list", "--tag", "none"), new RegExp(id));
  });
}

function cloud(environment: Environment) {
  return {
    auth: {
      auth_url: environment["OS_AUTH_URL"],
      username: environment["OS_USERNAME"],
      password: environment["OS_PASSWORD"],
      project_name: environment["OS_PROJECT_NAME"],
      user_domain_name: environment["OS_USER_DOMAIN_NAME"],
      project_domain_name: environment["OS_PROJECT_DOMAIN_NAME"],
    },
    region_name: environment["OS_REGION_NAME"],
    identity_api_version: 3,
  };
}
