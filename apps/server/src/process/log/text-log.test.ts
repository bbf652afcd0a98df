import { expect, test } from "vitest";
import { textLines } from "./text-log.ts";

test("lines of JSON are lines that a person reads, in which no terminal obeys anything", () => {
  let text = "";
  const sink = textLines({
    write: (written) => void (text += written),
    flush: () => undefined,
    reopen: () => undefined,
  });
  const time = "2026-11-28T10:00:00.123Z";
  const lines = [
    {
      level: "info",
      time,
      request: "req-1",
      method: "DELETE",
      path: "/v2/x",
      status: 204,
      ms: 1.25,
      user: "al",
    },
    { level: "info", time, method: "GET", path: "/v2/y", aborted: true, ms: 3 },
    { level: "warn", time, msg: "evil \u001B[2J" },
    { level: "error", time, err: { type: "Error", message: "boo", stack: "Error: boo\n    at place" } },
  ];
  sink.write(lines.map((line) => `${JSON.stringify(line)}\n`).join(""));
  expect(text).toMatch(
    /^\[2026-11-\d\d \d\d:\d\d:00\.123\] INFO: DELETE \/v2\/x 204 1.25 ms \{"request":"req-1","user":"al"\}\n/,
  );
  expect(text).toMatch(/^\S+ \S+ INFO: GET \/v2\/y aborted 3 ms\n/m);
  expect(text).toMatch(/^\S+ \S+ WARN: evil \u{FFFD}\[2J\n/mu);
  expect(text).toContain("at place");
});
