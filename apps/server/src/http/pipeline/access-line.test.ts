import fc from "fast-check";
import { afterEach, describe, expect, test, vi } from "vitest";
import { accessLine, type AccessLine } from "./access-line.ts";

const LINE: AccessLine = {
  requestId: "req-1",
  method: "DELETE",
  path: "/v2",
  status: 204,
  aborted: false,
  took: 1.5,
  bytes: 150,
  address: undefined,
  caller: undefined,
  traceparent: undefined,
};

afterEach(() => vi.useRealTimers());

describe("a line of the log", () => {
  test("says whatever any text is, as JSON", () => {
    const text = fc.string({ unit: "binary", maxLength: 12 });
    fc.assert(
      fc.property(text, text, text, fc.option(text), (path, method, userId, projectId) => {
        const caller = { userId, projectId, roles: new Set<string>() };
        const line = accessLine({ ...LINE, path, method, caller });
        expect(line.indexOf("\n")).toBe(line.length - 1);
        expect(JSON.parse(line)).toMatchObject({ path, method, user: userId, project: projectId });
      }),
    );
  });

  test.each([
    [0, "0.000"],
    [0.0004, "0.000"],
    [0.9996, "1.000"],
    [1.0499, "1.050"],
    [12_345.678, "12345.678"],
  ])("tells %d ms to the microsecond", (took, text) => {
    expect(accessLine({ ...LINE, took })).toContain(`"ms":${text},`);
  });

  test("has the time at which it is written", () => {
    vi.useFakeTimers({ toFake: ["Date"] });
    const times = ["2026-11-28T00:00:00.000Z", "2026-11-28T00:00:00.001Z", "2026-11-27T00:00:00.000Z"];
    const told = times.map((time) => {
      vi.setSystemTime(time);
      return JSON.parse(accessLine(LINE)).time;
    });
    expect(told).toEqual(times);
  });

  test("does not take one caller for another", () => {
    const users = ["alice", "bob", "alice"].map((userId) => {
      const caller = { userId, projectId: null, roles: new Set<string>() };
      return JSON.parse(accessLine({ ...LINE, caller }));
    });
    expect(users).toMatchObject([
      { user: "alice", project: null },
      { user: "bob", project: null },
      { user: "alice", project: null },
    ]);
  });
});
