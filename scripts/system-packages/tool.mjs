// Runs what packages are made with. Each tool is named with the Debian package that has it.
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** The Debian packages of tools that a machine may lack. */
const PACKAGES = { buildah: "buildah", strip: "binutils", "dpkg-deb": "dpkg", "dpkg-shlibdeps": "dpkg-dev" };

/**
 * Runs a tool to its end, and returns what it printed. Ends this process with what went wrong, in words.
 *
 * @returns {string}
 */
export function tool(command, args, { cwd, env = {} } = {}) {
  const options = {
    cwd,
    env: { ...process.env, LC_ALL: "C.UTF-8", ...env },
    encoding: "utf8",
    maxBuffer: 2 ** 26,
  };
  const { status, stdout, stderr, error } = spawnSync(command, args, options);
  if (status === 0) return stdout.trim();
  if (error?.code === "ENOENT")
    fail(`${command} is missing: apt-get install ${PACKAGES[command] ?? command}`);
  return fail(
    `${command} ${args[0]} failed:\n${stdout ?? ""}${stderr ?? ""}${error?.message ?? ""}`.trimEnd(),
  );
}

/**
 * Says what is wrong and ends with exit code 1.
 *
 * @returns {never}
 */
export function fail(why) {
  console.error(why);
  process.exit(1);
}

/** An empty folder, in `parent` or where temporary ones are, that goes with this process, however it ends. */
export function workFolder(name, parent = tmpdir()) {
  const folder = mkdtempSync(join(parent, name));
  process.once("exit", () => rmSync(folder, { recursive: true, force: true }));
  for (const [signal, code] of [
    ["SIGINT", 130],
    ["SIGTERM", 143],
  ])
    process.once(signal, () => process.exit(code));
  return folder;
}
