import type { IncomingMessage } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import { AccessLog } from "./access-log.ts";

const TRACEPARENT = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
const PIECE = 4096;
const CALLER = { userId: 'al"ice', projectId: "élan", roles: new Set<string>() };

describe("the log of requests", () => {
  test("has one line of JSON for each, in the order in which they end", () => {
    const { log, lines } = logOf();
    note(log, { path: '/v2/images/"', status: 204, caller: CALLER });
    note(log, { path: "/versions", headersSent: false, writableFinished: false });
    note(log, { path: "/v2/images", writableFinished: false, traceparent: TRACEPARENT });
    log.flush();
    expect(lines().map((line) => JSON.parse(line))).toEqual([
      {
        level: "info",
        time: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
        request: "req-1",
        method: "DELETE",
        path: '/v2/images/"',
        status: 204,
        ms: expect.any(Number),
        bytes: 150,
        address: "10.0.0.7",
        project: "élan",
        user: 'al"ice',
      },
      {
        level: "info",
        time: expect.any(String),
        request: "req-1",
        method: "DELETE",
        path: "/versions",
        aborted: true,
        ms: expect.any(Number),
        bytes: 150,
        address: "10.0.0.7",
      },
      expect.objectContaining({ path: "/v2/images", status: 200, aborted: true, traceparent: TRACEPARENT }),
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
      if (Buffer.byteLength(text) > PIECE) expect(text.match(/\n/g)).toHaveLength(1);
    }
  });

  test("counts the bytes of each reply on one connection", () => {
    const { log, lines } = logOf();
    const socket = { bytesWritten: 0 };
    for (let time = 0; time < 3; time += 1) note(log, { socket });
    log.flush();
    expect(lines().map((line) => JSON.parse(line).bytes)).toEqual([150, 150, 150]);
  });

  test.each(["", "x", "0".repeat(55), `${TRACEPARENT}\u0007`, `${TRACEPARENT}-${"x".repeat(300)}`])(
    "leaves out what is no traceparent: %j",
    (traceparent) => {
      const { log, lines } = logOf();
      note(log, { traceparent });
      log.flush();
      expect(JSON.parse(lines()[0] ?? "")).not.toHaveProperty("traceparent");
    },
  );

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
  const log = new AccessLog({ write: (text) => writes.push(text) }, () => "10.0.0.7", PIECE);
  return { log, writes, lines: () => writes.join("").split("\n").slice(0, -1) };
}

interface Noted {
  readonly path?: string;
  readonly status?: number;
  readonly headersSent?: boolean;
  readonly writableFinished?: boolean;
  readonly caller?: typeof CALLER;
  readonly traceparent?: string;
  readonly socket?: { bytesWritten: number };
}

/** Notes a request, for which 150 bytes are written. Its connection is its own, unless one is given. */
function note(log: AccessLog, noted: Noted): void {
  const { path = "/", status = 200, caller, traceparent, socket = { bytesWritten: 0 } } = noted;
  const request = { method: "DELETE", headers: { traceparent }, socket } as unknown as IncomingMessage;
  const arrived = log.arrived(request, path);
  socket.bytesWritten += 150;
  const { headersSent = true, writableFinished = true } = noted;
  const whose = { requestId: "req-1", ...(caller === undefined ? {} : { caller }) };
  log.note(arrived, whose, { statusCode: status, headersSent, writableFinished });
}
