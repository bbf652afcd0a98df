// Makes the OCI image of the server with Debian's buildah: a layout in `packed/image`, with one manifest whose name is
// the version. With --context FOLDER it writes what the Containerfile copies, for another builder, and builds nothing.
import { chmodSync, cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { copyDebianFiles, debianPackages } from "./debian-files.mjs";
import { nodeRelease } from "./node-release.mjs";
import { root, serverFiles, settle } from "./server-files.mjs";
import { fail, tool, workFolder } from "./tool.mjs";

const CONTAINERFILE = join(root, "deploy/container/Containerfile");
const { values: asked } = parseArgs({ options: { context: { type: "string" } } });

if (asked.context === undefined) {
  const folder = workFolder("imagetags-image-");
  const context = join(folder, "context");
  buildImage(folder, context, writeContext(context));
} else {
  // A script of pnpm runs in the root of the clone.
  const context = resolve(process.env.INIT_CWD ?? ".", asked.context);
  if (existsSync(context)) fail(`${context} is there already.`);
  const { version, time, revision } = writeContext(context);
  console.log(`VERSION=${version} REVISION=${revision} SOURCE_DATE_EPOCH=${time}`);
}

/** Writes what the Containerfile copies, and the Containerfile. */
function writeContext(context) {
  const files = join(context, "files");
  const { node } = nodeRelease();
  const packages = debianPackages(node);
  const { version, time } = serverFiles(files, packages);
  copyDebianFiles(node, packages, files);
  writeFileSync(join(files, "etc/passwd"), "imagetags:x:42480:42480::/var/lib/imagetags:/sbin/nologin\n");
  writeFileSync(join(files, "etc/group"), "imagetags:x:42480:\n");
  writeFileSync(join(files, "etc/nsswitch.conf"), "passwd: files\ngroup: files\nhosts: files dns\n");
  mkdirSync(join(files, "var/lib"), { recursive: true });
  mkdirSync(join(files, "tmp"));
  mkdirSync(join(context, "data/imagetags"), { recursive: true });
  cpSync(CONTAINERFILE, join(context, "Containerfile"));
  settle(context, time);
  chmodSync(join(files, "tmp"), 0o1777);
  chmodSync(join(context, "data/imagetags"), 0o700);
  return { version, time, revision: tool("git", ["rev-parse", "HEAD"], { cwd: root }) };
}

function buildImage(folder, context, { version, time, revision }) {
  const store = [
    "--root",
    join(folder, "store"),
    "--runroot",
    join(folder, "run"),
    "--storage-driver",
    "vfs",
  ];
  const name = `imagetags:${version}`;
  const values = [`VERSION=${version}`, `REVISION=${revision}`].flatMap((value) => ["--build-arg", value]);
  // Nothing in it may depend on when, and by which buildah, it is made.
  const same = ["--format", "oci", "--timestamp", String(time), "--identity-label=false", "--layers=false"];
  tool("buildah", [...store, "build", "--isolation", "chroot", ...same, ...values, "--tag", name, context]);

  const layout = join(root, "packed/image");
  rmSync(layout, { recursive: true, force: true });
  mkdirSync(join(root, "packed"), { recursive: true });
  // Without a compression that is named, a layer that is built here stays as large as it is.
  const gzip = ["--compression-format", "gzip", "--compression-level", "6"];
  tool("buildah", [...store, "push", ...gzip, name, `oci:${layout}:${name}`]);
  const { manifests } = JSON.parse(readFileSync(join(layout, "index.json"), "utf8"));
  if (manifests.length !== 1) fail(`The layout has ${manifests.length} manifests.`);
  console.log(`packed/image ${name} ${manifests[0].digest}`);
}
