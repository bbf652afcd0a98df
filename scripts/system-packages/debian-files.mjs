// What an image from scratch takes of the Debian that it is made on: the libraries that Node is linked with, and the
// authorities that certificates are checked by.
import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, realpathSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { fail, tool } from "./tool.mjs";

const AUTHORITIES = "/etc/ssl/certs/ca-certificates.crt";

/** The packages whose files `executable` needs, and the authorities': `name`, `version`, `architecture`. */
export function debianPackages(executable) {
  const owners = [...libraries(executable)].map((path) => owner(path));
  const names = new Set([...owners, "ca-certificates"]);
  return [...names].map((name) => {
    const told = tool("dpkg-query", ["-W", "-f", "${Package}\t${Version}\t${Architecture}\n", name]);
    const [found, version, architecture] = told.split("\n")[0].split("\t");
    return { name: found, version, architecture };
  });
}

/** Copies those files below `target`, where the loader looks for them, with the copyright of each package. */
export function copyDebianFiles(executable, packages, target) {
  for (const path of libraries(executable)) copy(realpathSync(path), join(target, path));
  copy(AUTHORITIES, join(target, AUTHORITIES));
  for (const { name } of packages) {
    const copyright = `/usr/share/doc/${name}/copyright`;
    copy(realpathSync(copyright), join(target, copyright));
  }
}

function copy(from, to) {
  mkdirSync(dirname(to), { recursive: true });
  cpSync(from, to);
}

/** The paths at which the loader finds the libraries, and its own. */
function libraries(executable) {
  const told = tool("ldd", [executable]);
  const paths = [...told.matchAll(/(?:=> |^\s*)(\/\S+)/gm)].map(([, path]) => path);
  if (paths.length < 2) fail(`ldd names no libraries of ${basename(executable)}:\n${told}`);
  return new Set(paths);
}

/** The package that a file is of; one that was merged into /usr may be known by its old path. */
function owner(path) {
  const real = realpathSync(path);
  for (const name of [real, real.replace(/^\/usr(?=\/lib)/, "")]) {
    const { status, stdout } = spawnSync("dpkg-query", ["-S", name], { encoding: "utf8" });
    if (status === 0) return stdout.split(/[:,]/)[0];
  }
  return fail(`No package of Debian has ${real}.`);
}
