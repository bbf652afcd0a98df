import { runToEnd } from "@imagetags/testing/processes/run-to-end";
import { strict as assert } from "node:assert";
import { cpSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** Whether docker-compose takes the file, and the image and the version are those that are made. Gives its health check. */
export async function checkCompose(deploy: string, version: string): Promise<string[]> {
  const file = join(deploy, "container/compose.yaml");
  await runToEnd("docker-compose", ["--file", file, "config", "--quiet"]);
  const text = readFileSync(file, "utf8");
  assert.ok(text.includes(`image: "localhost/imagetags:${version}"`), "the example has the version");
  const [, items = ""] = /^ {6}test:\n((?: {8}- .*\n)+)/m.exec(text) ?? [];
  const [kind, ...args] = Array.from(items.matchAll(/- "?(.*?)"?\n/g), ([, item = ""]) => item);
  assert.equal(kind, "CMD");
  return args;
}

/**
 * Runs Ansible's role on this machine, in folders of its own and without the service, and gives the variables that
 * the container would get. `settings` are an operator's.
 */
export async function runRole(
  deploy: string,
  folder: string,
  settings: Readonly<Record<string, string>>,
): Promise<Record<string, string>> {
  const place = join(folder, "ansible");
  mkdirSync(place);
  cpSync(join(deploy, "ansible"), place, { recursive: true });
  const variables = {
    imagetags_config_dir: join(folder, "kolla"),
    imagetags_unit_dir: join(folder, "units"),
    imagetags_listen: "127.0.0.1:9292",
    imagetags_settings: settings,
    ansible_python_interpreter: "/usr/bin/python3",
  };
  writeFileSync(join(folder, "variables.json"), JSON.stringify(variables));
  const where = ["--inventory", join(folder, "hosts"), "--extra-vars", `@${join(folder, "variables.json")}`];
  writeFileSync(join(folder, "hosts"), "[imagetags]\nlocalhost ansible_connection=local\n");
  const options = {
    folder: place,
    env: { HOME: folder, ANSIBLE_LOCALHOST_WARNING: "False", ANSIBLE_NOCOWS: "1" },
  };
  await runToEnd("ansible-playbook", ["--syntax-check", ...where, "site.yml"], options);
  const told = await runToEnd("ansible-playbook", [...where, "--skip-tags", "service", "site.yml"], options);
  assert.match(told, /failed=0/);
  assert.match(told, /changed=4/);
  for (const value of Object.values(settings)) assert.ok(!told.includes(value), "no setting is shown");
  // A second run finds nothing to do.
  const again = await runToEnd("ansible-playbook", [...where, "--skip-tags", "service", "site.yml"], options);
  assert.match(again, /changed=0/);

  const unit = readFileSync(join(folder, "units/imagetags.container"), "utf8");
  assert.ok(unit.includes(`EnvironmentFile=${join(folder, "kolla/imagetags.env")}\n`));
  const lines = readFileSync(join(folder, "kolla/imagetags.env"), "utf8").split("\n");
  return Object.fromEntries(
    lines
      .filter((line) => /^\w+=/.test(line))
      .map((line) => [line.split("=")[0] ?? "", line.replace(/^\w+=/, "")]),
  );
}
