import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import { AccessLog } from "./access-log.ts";

const CALLER = { userId: 'al"ice', projectId: "élan", roles: new Set<string>() };

describe("the log of requests", () => {
  test("has one line of JSON for each, in the order in which they end", () => {
    const { log, lines } = logOf();
    note(log, { path: '/v2/images/"', status: 204, caller: CALLER });
    note(log, { path: "/versions", status: "aborted" });
    log.flush();
    expect(lines().map((line) => JSON.parse(line))).toEqual([
      {
        level: 30,
        time: expect.any(Number),
        request: "req-1",
        method: "DELETE",
        path: '/v2/images/"',
        status: 204,
        ms: expect.any(Number),
        project: "élan",
        user: 'al"ice',
      },
      expect.objectContaining({ path: "/versions", status: "aborted" }),
    ]);
  });

  test("writes lines that come together in few pieces, each of whole lines that a pipe takes in one", () => {
    const { log, writes } = logOf();
    for (let index = 0; index < 500; index += 1) note(log, { path: `/v2/images/${index}` });
    note(log, { path: `/${"x".repeat(10_000)}` });
    note(log, {});
    log.flush();
    expect(writes.join("").split("\n")).toHaveLength(503);
    expect(writes.length).toBeLessThan(60);
    for (const text of writes) {
      expect(text).toMatch(/\n$/);
      if (Buffer.byteLength(text) > 4096) expect(text.match(/\n/g)).toHaveLength(1);
    }
  });

  test("keeps no line waiting for another", async () => {
    const { log, lines } = logOf();
    note(log, {});
    while (lines().length === 0) await sleep(1);
    note(log, {});
    while (lines().length === 1) await sleep(1);
  });
});

function logOf() {
  const writes: string[] = [];
  const log = new AccessLog({ write: (text) => writes.push(text) });
  return { log, writes, lines: () => writes.join("").split("\n").slice(0, -1) };
}

interface Noted {
  readonly path?: string;
  readonly status?: number | "aborted";
  readonly caller?: typeof CALLER;
}

function note(log: AccessLog, { path = "/", status = 200, ...rest }: Noted): void {
  log.note({ requestId: "req-1", ...rest }, status, "DELETE", path, performance.now());
}
