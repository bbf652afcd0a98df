import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseTime } from "./parse-time.ts";

const microseconds = (iso: string): bigint => BigInt(Date.parse(iso)) * 1_000n;

describe("a time", () => {
  test.each([
    ["2031", "2031-01-01T00:00:00Z"],
    ["2031-5", "2031-05-01T00:00:00Z"],
    ["2031-05", "2031-05-01T00:00:00Z"],
    ["2031-05-09", "2031-05-09T00:00:00Z"],
    ["2031-5-9", "2031-05-09T00:00:00Z"],
    ["20310509", "2031-05-09T00:00:00Z"],
    ["2031-05-09T10", "2031-05-09T10:00:00Z"],
    ["2031-05-09T10:20", "2031-05-09T10:20:00Z"],
    ["2031-05-09T10:20:30", "2031-05-09T10:20:30Z"],
    ["2031-05-09 10:20:30", "2031-05-09T10:20:30Z"],
    ["20310509T102030Z", "2031-05-09T10:20:30Z"],
    ["2031-05-09T10:20:30Z", "2031-05-09T10:20:30Z"],
    ["2031-05-09T10:20Z", "2031-05-09T10:20:00Z"],
    ["2031-05-09T10:20:30+00:00", "2031-05-09T10:20:30Z"],
    ["2031-05-09T10:20:30+02:00", "2031-05-09T08:20:30Z"],
    ["2031-05-09T10:20:30-0230", "2031-05-09T12:50:30Z"],
    ["2031-05-09T23:20:30-02", "2031-05-10T01:20:30Z"],
    ["2028-02-29", "2028-02-29T00:00:00Z"],
    ["0001-01-01", "0001-01-01T00:00:00Z"],
    ["9999-12-31T23:59:59Z", "9999-12-31T23:59:59Z"],
  ])("%s is all of its second", (text, iso) => {
    const from = microseconds(iso);
    expect(parseTime(text)).toEqual({ from, until: from + 1_000_000n });
  });

  test.each([
    ["2031-05-09T10:20:30.5Z", 500_000n],
    ["2031-05-09T10:20:30,5", 500_000n],
    ["2031-05-09T10:20:30.000", 0n],
    ["2031-05-09T10:20:30.000001Z", 1n],
    ["2031-05-09T12:20:30.1234569+02:00", 123_456n],
  ])("%s, of a fraction, is its microsecond", (text, fraction) => {
    const from = microseconds("2031-05-09T10:20:30Z") + fraction;
    expect(parseTime(text)).toEqual({ from, until: from + 1n });
  });

  test.each([
    "",
    " ",
    "now",
    "31",
    "203105",
    "2031-",
    "2031-13",
    "2031-00-01",
    "2031-02-29",
    "2031-02-30",
    "2031-04-31",
    "0000-01-01",
    "12031-01-01",
    "2031-05-09T",
    "2031-05-09T24:00",
    "2031-05-09T10:60",
    "2031-05-09T10:20:60",
    "2031-05-09T10:20:30.",
    "2031-05-09T10:20:30 Z",
    "2031-05-09T10:20:30z",
    "2031-05-09T10:20:30+24:00",
    "2031-05-09T10:20:30+2",
    "2031-05T10:20",
    "2031-05-09Z",
    " 2031-05-09",
    "2031-05-09\n",
    "٢٠٣١-05-09",
  ])("%j is none", (text) => {
    expect(parseTime(text)).toBeUndefined();
  });

  test("as JavaScript writes one, with any offset, is read back", () => {
    const date = fc.date({
      min: new Date("0001-01-02T00:00:00Z"),
      max: new Date("9999-12-30T23:59:59Z"),
      noInvalidDate: true,
    });
    fc.assert(
      fc.property(date, fc.integer({ min: -1439, max: 1439 }), (time, minutes) => {
        const local = new Date(time.getTime() + minutes * 60_000).toISOString().slice(0, -1);
        const [hours, rest] = [Math.trunc(Math.abs(minutes) / 60), Math.abs(minutes) % 60];
        const offset = `${minutes < 0 ? "-" : "+"}${String(hours).padStart(2, "0")}:${String(rest).padStart(2, "0")}`;
        expect(parseTime(local + offset)?.from).toBe(BigInt(time.getTime()) * 1_000n);
      }),
    );
  });
});
