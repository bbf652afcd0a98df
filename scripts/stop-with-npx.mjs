import { readFileSync } from "node:fs";

const CHECK_EVERY_MS = 500;

/**
 * npx hands a SIGTERM only to the shell that it put between itself and pnpm. That shell dies of
 * it, and pnpm and the server would live on and keep the port. So the server watches, on Linux,
 * the processes between itself and npx, and stops when that chain breaks.
 */
export function stopWithNpx() {
  const chain = ancestorsUpToNpx();
  if (chain.length === 0) return;
  const watch = setInterval(() => {
    if (chain.every(({ pid, parent }) => parentOf(pid) === parent)) return;
    clearInterval(watch);
    process.kill(process.pid, "SIGTERM");
  }, CHECK_EVERY_MS);
  watch.unref();
}

/** Each process from this one up to the child of npx, or none when npx started none of them. */
function ancestorsUpToNpx() {
  const chain = [];
  let { pid } = process;
  while (pid > 1) {
    const parent = parentOf(pid);
    if (parent === undefined) return [];
    chain.push({ pid, parent });
    if (read(`/proc/${parent}/cmdline`)?.startsWith("npm exec")) return chain;
    pid = parent;
  }
  return [];
}

/** The name that stands before the parent's id may itself hold spaces and parentheses. */
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
