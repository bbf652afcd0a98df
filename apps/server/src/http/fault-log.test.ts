import { expect, test } from "vitest";
import { StorageUnavailable } from "../images/model/image-data-store.ts";
import { StoreUnavailable } from "../images/model/image-store.ts";
import { replyTo } from "./errors.ts";
import { FaultLog } from "./fault-log.ts";

function logOf() {
  const lines: object[] = [];
  const time = { now: 0 };
  const log = new FaultLog({ error: (line: object) => void lines.push(line) }, () => time.now);
  const note = (id: string, error: unknown) => log.note(id, replyTo(error, "glance", id));
  return { lines, time, note };
}

test("an outage has one line in ten seconds, which counts the requests since the line before", () => {
  const { lines, time, note } = logOf();
  const gone = new StoreUnavailable("gone");
  for (let id = 0; id < 1000; id += 1) note(`req-${id}`, gone);
  expect(lines).toEqual([{ request: "req-0", reason: "database-unavailable", alike: 0, err: gone }]);
  time.now = 10_000;
  note("req-later", gone);
  note("req-after", gone);
  expect(lines.slice(1)).toEqual([
    { request: "req-later", reason: "database-unavailable", alike: 999, err: gone },
  ]);
});

test("outages of two kinds do not hide each other", () => {
  const { lines, note } = logOf();
  note("one", new StoreUnavailable("gone"));
  note("two", new StorageUnavailable("full"));
  expect(lines).toMatchObject([{ reason: "database-unavailable" }, { reason: "image-data-unavailable" }]);
});

test("what nobody foresaw has a line each time", () => {
  const { lines, note } = logOf();
  const fault = new Error("boo");
  for (const id of ["one", "two"]) note(id, fault);
  expect(lines).toEqual([
    { request: "one", err: fault },
    { request: "two", err: fault },
  ]);
});
