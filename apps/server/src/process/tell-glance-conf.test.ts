import { writeFileSync } from "node:fs";
import { runServer, startKnowing } from "@imagetags/testing/server/start-server";
import { temporaryFolder } from "@imagetags/testing/temporary-folder";
import { expect, test } from "vitest";

test("the log says once where each setting of Glance's file stands, and --help too, and neither a secret", async () => {
  using folder = temporaryFolder();
  const conf = folder.at("glance-api.conf");
  writeFileSync(
    conf,
    `[DEFAULT]
image_tag_quota = 5
[database]
connection = sqlite:////${folder.path}/images.db
slave_connection = mysql://u:slave-secret@db/glance
[keystone_authtoken]
password = a-secret
`,
  );
  const settings = { IMAGETAGS_GLANCE_CONF: conf };
  await using server = await startKnowing(folder, settings);
  const said = [`${conf}:2 [DEFAULT] image_tag_quota`, `${conf}:4 [database] connection`];
  await expect.poll(() => server.stdout()).toContain("slave_connection is not used");
  for (const each of said) expect(server.stdout().split(`is from ${each}`)).toHaveLength(2);
  expect(server.startText).toContain("at most 5 per image");
  const help = await runServer(["--help"], settings, folder.path);
  for (const each of said) expect(help.stdout).toContain(`(now from ${each})`);
  expect(server.stdout() + help.stdout).not.toMatch(/(?:slave|a)-secret/);
  writeFileSync(conf, "[DEFAULT\n");
  const broken = await runServer(["--help"], settings, folder.path);
  expect(broken.code).toBe(0);
  expect(broken.stdout).toContain(`IMAGETAGS_GLANCE_CONF: ${conf}:1 begins a section`);
});
