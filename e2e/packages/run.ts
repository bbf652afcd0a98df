// Makes the packages for systems and uses them. See run.sh.
import { runToEnd } from "@imagetags/testing/processes/run-to-end";
import { temporaryFolder } from "@imagetags/testing/temporary-folder";
import { strict as assert } from "node:assert";
import { copyFileSync, cpSync, mkdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { createChecks } from "../lib/checks.ts";
import { buildahStore } from "./buildah-store.ts";
import { checkDebianPackage, nextVersion } from "./debian-package.ts";
import { checkCompose, runRole } from "./examples-of-deploy.ts";
import { checkLayout, digestOf, layersOf } from "./image-layout.ts";
import { countOfPage, runOfPage } from "./page-commands.ts";
import { checkAuthorities, checkContainer, checkOwners, checkReadOnly } from "./running-image.ts";
import { checkBill } from "./shipped-bill.ts";
import { systemCopy } from "./system-copy.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const deploy = join(root, "deploy");
const manifest: { version: string } = JSON.parse(
  readFileSync(join(root, "apps/server/package.json"), "utf8"),
);
const { version } = manifest;
const next = version.replace(/\d+$/, (patch) => String(Number(patch) + 1));

const checks = createChecks();
using folder = temporaryFolder("packages");
/** Commands of the page are run in the clone. */
const inClone = (command: string) => {
  const env = Object.fromEntries(
    Object.entries(process.env).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
  return runToEnd("sh", ["-euc", command], { folder: root, env });
};
let commands = 0;
const ofPage: typeof runOfPage = (beginning, run, values) => {
  commands += 1;
  return runOfPage(beginning, run, values);
};

try {
  if (process.getuid?.() !== 0) throw new Error("Containers and copies of the system need root.");
  const layout = join(root, "packed/image");
  using store = buildahStore(folder.path);

  await checks.check(
    "the image is one manifest of a layout, small enough, that says whose it is",
    async () => {
      await ofPage("npx -y pnpm@12 image", inClone);
      const config = checkLayout(layout, version);
      assert.equal(config.User, "42480:42480");
      assert.deepEqual(Object.keys(config.Volumes), ["/var/lib/imagetags"]);
      assert.deepEqual(Object.keys(config.ExposedPorts), ["9292/tcp"]);
      const head = (await inClone("git rev-parse HEAD")).trim();
      assert.equal(config.Labels["org.opencontainers.image.version"], version);
      assert.equal(config.Labels["org.opencontainers.image.revision"], head);
      assert.equal(config.Labels["org.opencontainers.image.licenses"], "Apache-2.0");
    },
  );
  const first = digestOf(layout);
  await checks.check("skopeo tells the digest that the build told", async () => {
    assert.equal((await ofPage("skopeo inspect", inClone)).trim(), first);
  });
  const healthcheck = await checks.check("docker-compose takes the example", () =>
    checkCompose(deploy, version),
  );

  await checks.check("a container starts, is healthy, changes tags, and ends at SIGTERM", async () => {
    const id = await store.run("from", `oci:${layout}:imagetags:${version}`);
    const files = await store.run("mount", id);
    const config = checkLayout(layout, version);
    const container = { id, files, data: folder.at("data"), config, store };
    await checkContainer(container, healthcheck ?? []);
    await checks.check("its account can write to its data and /tmp alone", () => checkOwners(container));
    await checks.check("it serves with a read-only root", () => checkReadOnly(container));
    await checks.check("its Node trusts the system's authorities", () => checkAuthorities(container));
    await checks.check("its bill of materials names Node, Debian's libraries and what is installed", () =>
      checkBill(files, ["libc6", "libgcc-s1", "libstdc++6", "ca-certificates"]),
    );
  });
  await checks.check("the image has the same digest when it is built again", async () => {
    cpSync(layout, folder.at("first"), { recursive: true });
    await inClone("npx -y pnpm@12 image");
    assert.equal(digestOf(layout), first);
  });

  await checks.check("another builder makes the same files of the Containerfile", async () => {
    const context = folder.at("context");
    const told = (await inClone(`npx -y pnpm@12 image --context '${context}'`)).trim();
    const [label, revision, epoch] = told.split(" ");
    const values = [label, revision].flatMap((value) => ["--build-arg", value ?? ""]);
    const time = epoch?.replace("SOURCE_DATE_EPOCH=", "") ?? "";
    await store.run(
      "build",
      "--isolation",
      "chroot",
      "--timestamp",
      time,
      ...values,
      "--tag",
      "other",
      context,
    );
    const other = folder.at("other");
    await store.run("push", "--disable-compression", "other", `oci:${other}:other`);
    assert.deepEqual(layersOf(other), layersOf(layout));
  });

  const deb = join(root, "packed", basename((await ofPage("npx -y pnpm@12 deb", inClone)).trim()));
  const packages = folder.at("packages");
  mkdirSync(packages);
  const kept = join(packages, basename(deb));
  copyFileSync(deb, kept);
  await checks.check("the Debian package is the same to the byte when it is made again", async () => {
    await inClone("npx -y pnpm@12 deb");
    assert.ok(readFileSync(deb).equals(readFileSync(kept)));
  });
  // It has time while the package is tried.
  const lintian = runToEnd("lintian", ["--allow-root", "--fail-on", "error", kept], {
    env: { HOME: folder.path },
  }).then(
    () => undefined,
    (error: unknown) => String(error),
  );
  await nextVersion(kept, version, next, folder.path);
  {
    await using system = await systemCopy(folder.path, packages);
    const step = (beginning: string) => () => ofPage(beginning, system.run);
    await checkDebianPackage(checks, system, {
      version,
      next,
      install: step(`apt-get install -y ./packed/imagetags-server_${version}_`),
      upgrade: step("apt-get install -y -o Dpkg::Options::=--force-confold"),
      remove: step("apt-get remove"),
      purge: step("apt-get purge"),
    });
  }

  await checks.check("lintian finds no error in it", async () => assert.equal(await lintian, undefined));

  await checks.check("Ansible's role writes settings that the server takes", async () => {
    const data = folder.at("role-data");
    const variables = await runRole(deploy, folder.path, {
      IMAGETAGS_DATA_DIR: data,
      IMAGETAGS_TAG_QUOTA: "64",
    });
    assert.equal(variables["IMAGETAGS_TAG_QUOTA"], "64");
    const entry = join(root, "apps/server/bundle/main.js");
    const told = await runToEnd(process.execPath, [entry, "upgrade", "check"], {
      env: variables,
      folder: folder.path,
    });
    assert.match(told, /Check: Settings[^+]*Result: Success/);
  });
  await checks.check("every command of docs/packages.md was run", () =>
    assert.equal(commands, countOfPage()),
  );
} catch (error) {
  checks.fail("the checks run to their end", error);
}
process.exitCode = checks.finish();
