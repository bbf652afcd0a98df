import { expect, test, vi } from "vitest";
import { startServer } from "@imagetags/testing/server/start-server";
import { osloLines } from "./oslo-lines.ts";

/** Time, process, level, name, context and message, as collectors of OpenStack's logs take a line apart. */
const OSLO =
  /^(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3}) (\d+) ([A-Z]+) (\S+) (?:\[(-|\S+ req-\S+ \S+ \S+ \S+ \S+ \S+ \S+)\] )?(.*)$/;

function written(...lines: object[]): string[] {
  let text = "";
  const output = {
    write: (more: string) => void (text += more),
    flush: () => undefined,
    reopen: () => undefined,
  };
  osloLines(output).write(lines.map((line) => `${JSON.stringify(line)}\n`).join(""));
  expect(text.endsWith("\n")).toBe(true);
  return text.slice(0, -1).split("\n");
}

const time = "2026-11-28T10:00:00.123Z";

test("a request's line is that of Glance's own server, with the ids of request, user and project", () => {
  const [line = ""] = written({
    level: "info",
    time,
    request: "req-1",
    method: "DELETE",
    path: "/v2/images/x/tags/%22y%22",
    status: 204,
    ms: 1.25,
    bytes: 120,
    address: "192.0.2.1",
    project: "alpha",
    user: "al ice]",
  });
  const [, when, pid, level, name, context, message] = OSLO.exec(line) ?? [];
  expect(new Date(`${when}`).toISOString()).toBe(time);
  expect([pid, level, name, context]).toEqual([
    String(process.pid),
    "INFO",
    "imagetags.wsgi",
    "None req-1 al_ice_ alpha - - - -",
  ]);
  expect(message).toMatch(
    /^192\.0\.2\.1 - - \[2026-11-28 \d\d:00:00\] "DELETE \/v2\/images\/x\/tags\/%22y%22 HTTP\/1\.1" 204 120 0\.001250$/,
  );
});

test("what would break a line is escaped, and each line of a stack has a prefix of its own", () => {
  const lines = written(
    { level: "warn", time, msg: "evil\n2026-11-28 10:00:00.123 1 INFO forged [-] \u001B[2J" },
    { level: "error", time, request: "req-2", err: { message: "boo", stack: "Error: boo\n    at place" } },
    { level: "fatal", time, msg: "end", worker: 7 },
  );
  expect(lines).toHaveLength(5);
  for (const line of lines) expect(line).toMatch(OSLO);
  expect(lines[0]).toContain(
    "WARNING imagetags [-] evil\\n2026-11-28 10:00:00.123 1 INFO forged [-] \\x1b[2J",
  );
  expect(lines[1]).toContain("ERROR imagetags [None req-2 - - - - - -] boo");
  expect(lines.slice(2, 4).map((line) => line.slice(line.indexOf("ERROR")))).toEqual([
    "ERROR imagetags Error: boo",
    "ERROR imagetags     at place",
  ]);
  expect(lines[4]).toContain('CRITICAL imagetags [-] end {"worker":7}');
});

test("IMAGETAGS_LOG_FORMAT=oslo writes every line so", async () => {
  await using server = await startServer({ settings: { IMAGETAGS_LOG_FORMAT: "oslo" } });
  await fetch(`${server.url}/v2/images`);
  await vi.waitFor(() => expect(server.stdout()).toContain('"GET /v2/images HTTP/1.1" 401 '));
  server.child.kill("SIGTERM");
  const { stdout } = await server.ended();
  for (const line of stdout.trimEnd().split("\n")) expect(line).toMatch(OSLO);
});
