// The commands as most people run them: the server is found in a service catalog that names no version.
import assert from "node:assert/strict";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { StandInKeystone } from "@imagetags/testing/keystone/stand-in-keystone";
import { runCommand, succeeded } from "./lib/run-command.ts";
import { BETA, GAMMA, type Setting } from "./lib/server.ts";

export async function catalogChecks({ checks: { check }, server, folder }: Setting): Promise<void> {
  const home = join(folder, "home-catalog");
  mkdirSync(home);
  const projects = new Map([
    [GAMMA.project, "gamma"],
    [BETA.project, "beta"],
  ]);
  await using keystone = await StandInKeystone.start({
    anyPassword: true,
    login: {
      token: GAMMA.token,
      userId: "user",
      projectId: GAMMA.project,
      projectName: "gamma",
      roles: ["member"],
    },
    // The Image API is named without a version, as clouds do.
    catalog: (url) => [endpoint("identity", url), endpoint("image", server.url)],
    projects,
  });
  const environment = {
    HOME: home,
    OS_AUTH_URL: keystone.url,
    OS_IDENTITY_API_VERSION: "3",
    OS_USERNAME: "user",
    OS_PASSWORD: "password",
    OS_PROJECT_NAME: "gamma",
    OS_USER_DOMAIN_ID: "default",
    OS_PROJECT_DOMAIN_ID: "default",
    OS_REGION_NAME: "here",
  };
  const openstack = async (...args: string[]) =>
    succeeded(await runCommand("/usr/bin/openstack", args, environment));
  await check("openstack finds the Image API v2 through the catalog, and creates an image", async () => {
    const image = JSON.parse(
      await openstack("image", "create", "--tag", "found", "by-catalog", "-f", "json"),
    );
    assert.deepEqual([image.name, image.status, image.tags], ["by-catalog", "queued", ["found"]]);
    assert.ok(server.requests().includes("GET / 300"), "it asked for the versions");
  });
  await check("openstack image add project, by the project's name", async () => {
    const member = await openstack(
      "image",
      "add",
      "project",
      "by-catalog",
      "beta",
      "-f",
      "value",
      "-c",
      "member_id",
    );
    assert.equal(member.trim(), BETA.project);
  });
  await check("openstack image remove project", async () => {
    await openstack("image", "remove", "project", "by-catalog", "beta");
    assert.deepEqual(JSON.parse(await openstack("image", "member", "list", "by-catalog", "-f", "json")), []);
  });
  await check("openstack image unset --tag, through the catalog", async () => {
    await openstack("image", "unset", "--tag", "found", "by-catalog");
    assert.deepEqual(JSON.parse(await openstack("image", "show", "by-catalog", "-f", "json")).tags, []);
  });
  await check("glance finds it through the catalog too", async () => {
    const listed = succeeded(await runCommand("/usr/bin/glance", ["image-list"], environment));
    assert.match(listed, /by-catalog/);
  });
  await check("openstack image delete, through the catalog", () =>
    openstack("image", "delete", "by-catalog"),
  );
}

function endpoint(name: string, url: string) {
  const endpoints = [{ interface: "public", region: "here", region_id: "here", id: name, url }];
  return { type: name, name, endpoints };
}
