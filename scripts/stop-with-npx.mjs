import { readFileSync } from "node:fs";

const CHECK_EVERY_MS = 500;

/**
 * npx hands a SIGTERM only to the shell that it put between itself and pnpm. That shell dies of
 * it, and pnpm and the server would live on and keep the port. So the server watches, on Linux,
 * the processes between itself and npx, and stops when that chain breaks. It may have broken
 * before, while pnpm installed or the server was built: then there is only what npm left in the
 * environment to tell that there was one.
 */
export function stopWithNpx() {
  const chain = ancestorsUpToNpm();
  if (chain === undefined) {
    if (process.env.npm_config_npm_version !== undefined && canSeeProcesses()) stop();
    return;
  }
  const watch = setInterval(() => {
    if (chain.every(({ pid, parent }) => parentOf(pid) === parent)) return;
    clearInterval(watch);
    stop();
  }, CHECK_EVERY_MS);
  watch.unref();
}

function stop() {
  process.kill(process.pid, "SIGTERM");
}

/** Each process from this one up to the child of npx (or npm), or `undefined` when none of them is. */
function ancestorsUpToNpm() {
  const chain = [];
  let { pid } = process;
  while (pid > 1) {
    const parent = parentOf(pid);
    if (parent === undefined) return undefined;
    chain.push({ pid, parent });
    if (read(`/proc/${parent}/cmdline`)?.startsWith("npm ")) return chain;
    pid = parent;
  }
  return undefined;
}

function canSeeProcesses() {
  return parentOf(process.pid) !== undefined;
}

/** The process's name, before the parent's id, may itself hold spaces and parentheses. */
function parentOf(pid) {
  const parent = read(`/proc/${pid}/stat`)?.match(/.*\) \S (\d+)/s)?.[1];
  return parent === undefined ? undefined : Number(parent);
}

function read(file) {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return undefined;
  }
}
