import { launch } from "@imagetags/testing/processes/program";
import { runToEnd } from "@imagetags/testing/processes/run-to-end";
import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

/** A copy of this Debian, as it is installed, of which nothing that is done to it stays. */
export interface SystemCopy extends AsyncDisposable {
  /** Its root, as its own processes see it. */
  readonly command: (script: string) => { command: string; args: string[] };
  /** Runs a script of sh as root in it, in `/srv/clone`, and resolves with what it printed. */
  readonly run: (script: string) => Promise<string>;
  /** The path at which this process sees a file of it. */
  readonly outside: (path: string) => string;
}

/**
 * Lays a file system in memory over that of the machine, in a mount namespace of its own; `packages` is `/srv/clone/packed`
 * there. It has the machine's network. All of its processes end with the scope.
 */
export async function systemCopy(folder: string, packages: string): Promise<SystemCopy> {
  const layers = join(folder, "layers");
  mkdirSync(layers);
  const root = join(layers, "root");
  const script = `set -e
    mount -t tmpfs tmpfs '${layers}'
    mkdir '${layers}/upper' '${layers}/work' '${root}'
    mount -t overlay overlay -o 'lowerdir=/,upperdir=${layers}/upper,workdir=${layers}/work' '${root}'
    mount -t proc proc '${root}/proc'
    mount --rbind /dev '${root}/dev'
    mount -t tmpfs tmpfs '${root}/run'
    mkdir -p '${root}/srv/clone/packed' '${root}/run/lock'
    mount --bind '${packages}' '${root}/srv/clone/packed'
    touch '${root}/run/is-ready'
    exec sleep infinity`;
  const holder = launch({
    name: "A copy of the system",
    command: "unshare",
    args: ["--mount", "--pid", "--fork", "--kill-child", "sh", "-c", script],
    folder,
  });
  const first = await firstProcess(holder.pid, holder.hasEnded);
  const enter = ["--target", String(first), "--mount", "--pid"];
  const outside = (path: string) => `/proc/${first}/root${root}${path}`;
  while (!existsSync(outside("/run/is-ready"))) {
    if (holder.hasEnded()) throw new Error(`No copy of the system: ${holder.stderr()}`);
    await sleep(20);
  }
  const command: SystemCopy["command"] = (inside) => ({
    command: "nsenter",
    args: [...enter, "chroot", root, "sh", "-euc", `cd /srv/clone\n${inside}`],
  });
  return {
    command,
    outside,
    run: async (inside) => {
      const { command: program, args } = command(inside);
      return await runToEnd(program, args, { env: { DEBIAN_FRONTEND: "noninteractive" } });
    },
    [Symbol.asyncDispose]: () => holder.kill(),
  };
}

/** The process that is the first of the namespace that another has made. */
async function firstProcess(pid: number, hasEnded: () => boolean): Promise<number> {
  for (;;) {
    const [child = ""] = readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").split(" ");
    if (child !== "") return Number(child);
    if (hasEnded()) throw new Error("unshare has ended.");
    await sleep(20);
  }
}
