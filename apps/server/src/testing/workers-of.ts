import { execFileSync } from "node:child_process";
import type { ServerProcess } from "@imagetags/testing/server/start-server";

/** The processes that a server of several has started. */
export function workersOf({ child }: Pick<ServerProcess, "child">): number[] {
  const processes = execFileSync("ps", ["-A", "-o", "pid=", "-o", "ppid=", "-o", "comm="], {
    encoding: "utf8",
  });
  return processes
    .trim()
    .split("\n")
    .map((line) => line.trim().split(/ +/))
    .flatMap(([pid, parent, command]) =>
      Number(parent) === child.pid && command !== "systemd-notify" ? Number(pid) : [],
    );
}
