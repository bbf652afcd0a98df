import { execFileSync } from "node:child_process";
import { runToEnd } from "../processes/run-to-end.ts";
import { undoAtExit } from "../processes/undo-at-exit.ts";

/** Networks of this machine, one for each member of a cluster. */
export interface CuttableNetwork extends Disposable {
  readonly members: readonly {
    /** The address by which the other members reach it. */
    readonly inside: string;
    /** The address by which this machine reaches it. */
    readonly outside: string;
  }[];
  /** What runs a program in the network of a member: the beginning of its command line. */
  readonly enter: (member: number) => readonly string[];
  /** Cuts a member off from the others. This machine still reaches it. */
  readonly cut: (member: number) => Promise<void>;
  readonly heal: (member: number) => Promise<void>;
}

/** Makes network namespaces with a bridge between them. `undefined` where this process may not, as without root. */
export async function cuttableNetwork(count: number): Promise<CuttableNetwork | undefined> {
  const prefix = `it${process.pid}`;
  // Runs at the same time must not meet.
  const base = `10.${100 + (process.pid % 100)}`;
  const bridge = `${prefix}sw`;
  const spaces = Array.from({ length: count }, (_, member) => `${prefix}n${member}`);
  const undo = (): void => {
    // A namespace takes its ends of the links with it, and these the ends here.
    for (const space of [...spaces, bridge]) {
      try {
        execFileSync("ip", ["netns", "del", space], { stdio: "ignore" });
      } catch {}
    }
  };
  const forget = undoAtExit(undo);
  const ip = (...args: string[]): Promise<string> => runToEnd("ip", args);
  try {
    await ip("netns", "add", bridge);
    await ip("-n", bridge, "link", "add", "br0", "type", "bridge");
    await ip("-n", bridge, "link", "set", "br0", "up");
    for (const [member, space] of spaces.entries()) {
      const [group, client] = [`${prefix}g${member}`, `${prefix}c${member}`];
      await ip("netns", "add", space);
      await ip("-n", space, "link", "set", "lo", "up");
      await ip(
        "link",
        "add",
        group,
        "netns",
        bridge,
        "type",
        "veth",
        "peer",
        "name",
        "members",
        "netns",
        space,
      );
      await ip("-n", bridge, "link", "set", group, "master", "br0", "up");
      await ip("-n", space, "addr", "add", `${base}.0.${member + 1}/24`, "dev", "members");
      await ip("-n", space, "link", "set", "members", "up");
      await ip("link", "add", client, "type", "veth", "peer", "name", "clients", "netns", space);
      await ip("addr", "add", `${base}.${member + 1}.1/30`, "dev", client);
      await ip("link", "set", client, "up");
      await ip("-n", space, "addr", "add", `${base}.${member + 1}.2/30`, "dev", "clients");
      await ip("-n", space, "link", "set", "clients", "up");
    }
  } catch {
    undo();
    forget();
    return undefined;
  }
  return {
    members: spaces.map((_, member) => ({
      inside: `${base}.0.${member + 1}`,
      outside: `${base}.${member + 1}.2`,
    })),
    enter: (member) => ["ip", "netns", "exec", spaces[member] ?? ""],
    async cut(member) {
      await ip("-n", bridge, "link", "set", `${prefix}g${member}`, "down");
    },
    async heal(member) {
      await ip("-n", bridge, "link", "set", `${prefix}g${member}`, "up");
    },
    [Symbol.dispose]() {
      forget();
      undo();
    },
  };
}
