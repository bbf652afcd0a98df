// Makes the Debian package of the server in `packed`, with the unit of deploy/systemd. The same clone gives the same bytes.
import {
  chmodSync,
  cpSync,
  globSync,
  mkdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { gzipSync } from "node:zlib";
import { DOCUMENTS, PLACE, root, serverFiles, settle } from "./server-files.mjs";
import { tool, workFolder } from "./tool.mjs";

/** What is copied as it is: from `deploy`, to where, with which mode. */
const FILES = [
  ["systemd/imagetags.service", "usr/lib/systemd/system/imagetags.service", 0o644],
  ["systemd/imagetags.socket", "usr/lib/systemd/system/imagetags.socket", 0o644],
  ["systemd/imagetags.conf", "etc/imagetags/imagetags.conf", 0o640],
  ["debian/imagetags-server", "usr/bin/imagetags-server", 0o755],
  ["debian/copyright", `${DOCUMENTS}/copyright`, 0o644],
  ["debian/lintian-overrides", "usr/share/lintian/overrides/imagetags-server", 0o644],
  ["debian/conffiles", "DEBIAN/conffiles", 0o644],
  ["debian/postinst", "DEBIAN/postinst", 0o755],
  ["debian/prerm", "DEBIAN/prerm", 0o755],
  ["debian/postrm", "DEBIAN/postrm", 0o755],
];

const folder = workFolder("imagetags-deb-");
makePackage(join(folder, "files"));

function makePackage(files) {
  const { version, time } = serverFiles(files);
  for (const [from, to] of FILES) {
    mkdirSync(dirname(join(files, to)), { recursive: true });
    cpSync(join(root, "deploy", from), join(files, to));
  }
  // The text of Apache-2.0 is on every Debian.
  rmSync(join(files, DOCUMENTS, "LICENSE"));
  writeFileSync(join(files, DOCUMENTS, "changelog.gz"), gzipSync(changelog(version, time), { level: 9 }));
  const architecture = tool("dpkg", ["--print-architecture"]);
  const values = {
    VERSION: version,
    ARCHITECTURE: architecture,
    INSTALLED_SIZE: String(kibibytes(files)),
    LIBRARIES: libraries(files),
  };
  const control = readFileSync(join(root, "deploy/debian/control"), "utf8");
  writeFileSync(
    join(files, "DEBIAN/control"),
    control.replaceAll(/@(\w+)@/g, (_, name) => values[name]),
  );
  settle(files, time);
  for (const [, to, mode] of FILES) chmodSync(join(files, to), mode);

  const name = `imagetags-server_${version}_${architecture}.deb`;
  mkdirSync(join(root, "packed"), { recursive: true });
  // xz would make it a sixth smaller in eight times the time; zstd is not read by every tool of Debian 12.
  const options = ["--root-owner-group", "-Zgzip", "-z6"];
  tool("dpkg-deb", [...options, "--build", files, join(root, "packed", name)], {
    env: { SOURCE_DATE_EPOCH: String(time) },
  });
  console.log(`packed/${name}`);
}

/** The packages that have the libraries, with the versions that they must be of. */
function libraries(files) {
  const control = join(folder, "debian");
  mkdirSync(control);
  writeFileSync(
    join(control, "control"),
    "Source: imagetags-server\n\nPackage: imagetags-server\nArchitecture: any\n",
  );
  const native = globSync([`${PLACE}/node`, `${PLACE}/node_modules/**/*.node`], { cwd: files });
  const paths = native.map((path) => join(files, path));
  const told = tool("dpkg-shlibdeps", ["-O", ...paths.map((path) => `-e${path}`)], { cwd: folder });
  return told.replace(/^shlibs:Depends=/, "");
}

function kibibytes(files) {
  const sizes = globSync("**/*", { cwd: files }).map((path) =>
    Math.ceil(statSync(join(files, path)).size / 1024),
  );
  return sizes.reduce((sum, size) => sum + size, 0);
}

function changelog(version, time) {
  const [day, date, month, year, clock] = new Date(time * 1000).toUTCString().replace(",", "").split(" ");
  return `imagetags-server (${version}) unstable; urgency=medium

  * What is new: CHANGELOG.md of the sources.

 -- imagetags <imagetags@example.org>  ${day}, ${date} ${month} ${year} ${clock} +0000
`;
}
