import { readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { startKnowing } from "@imagetags/testing/server/start-server";
import { temporaryFolder } from "@imagetags/testing/temporary-folder";
import { expect, test } from "vitest";
import { RawConnection } from "./testing/raw-connection.ts";

const CONNECTIONS = 20;
const GET = "GET /openapi.json HTTP/1.1\r\nHost: a\r\n\r\n";

/** The resident memory of a process, in megabytes. Source: proc_pid_status(5). */
function residentMemory(pid: number): number {
  const status = readFileSync(`/proc/${pid}/status`, "utf8");
  return Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1]) / 1024;
}

test.skipIf(process.platform !== "linux")(
  "callers who ask for much and read nothing do not fill the memory, and others are answered",
  async () => {
    using folder = temporaryFolder();
    await using server = await startKnowing(folder);
    const callers = await Promise.all(
      Array.from({ length: CONNECTIONS }, () => RawConnection.open(server.port, { reads: false })),
    );
    for (const caller of callers) caller.write(GET.repeat(Math.floor(65_536 / GET.length)));
    for (let second = 0; second < 5; second += 1) {
      await sleep(1_000);
      using other = await RawConnection.open(server.port);
      other.write("GET /healthcheck HTTP/1.1\r\nHost: a\r\n\r\n");
      await other.until(/^HTTP\/1\.1 200 /);
      expect(residentMemory(server.child.pid ?? 0)).toBeLessThan(300);
    }
    for (const caller of callers) caller[Symbol.dispose]();
  },
);
