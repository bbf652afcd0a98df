import { expect, test } from "vitest";
import { SignInLimits } from "./sign-in-limits.ts";

function limitsAt() {
  const time = { now: 0 };
  return { time, limits: new SignInLimits(() => time.now) };
}

/** How many questions of an address pass at once. */
function passed(limits: SignInLimits, addresses: (turn: number) => string | undefined, most = 1_000): number {
  for (let turn = 0; turn < most; turn += 1) if (limits.take(addresses(turn)) > 0) return turn;
  return most;
}

test("an address may ask thirty times at once, and then once each two seconds", () => {
  const { time, limits } = limitsAt();
  expect(passed(limits, () => "192.0.2.1")).toBe(30);
  expect(limits.take("192.0.2.1")).toBe(2);
  expect(limits.take("192.0.2.2")).toBe(0);
  time.now = 10_000;
  expect(passed(limits, () => "192.0.2.1")).toBe(5);
});

test("what was refused in vain is owed: waiting goes on from there", () => {
  const { time, limits } = limitsAt();
  for (let turn = 0; turn < 6; turn += 1) {
    if (limits.take("192.0.2.1") === 0) limits.refused("192.0.2.1");
  }
  expect(limits.take("192.0.2.1")).toBe(2);
  time.now = 2_000;
  expect(limits.take("192.0.2.1")).toBe(0);
});

test("all addresses together may ask two hundred times at once", () => {
  const { limits } = limitsAt();
  expect(passed(limits, (turn) => `192.0.2.${turn}`)).toBe(200);
  expect(limits.take("198.51.100.1")).toBe(1);
});

test.each([
  ["2001:db8:0:1::1", "2001:db8:0:1:ffff::2"],
  ["2001:db8::1", "2001:0db8:0:0:5::"],
  ["::1", "0:0:0:0:1:2:3:4"],
])("%s and %s are one caller: an address of IPv6 is one of a network's", (one, other) => {
  const { limits } = limitsAt();
  expect(passed(limits, (turn) => (turn % 2 === 0 ? one : other))).toBe(30);
});

test("a clock that goes back gives and takes nothing", () => {
  const { time, limits } = limitsAt();
  time.now = -60_000;
  expect(passed(limits, () => "192.0.2.1")).toBe(30);
});

test("connections that have ended count as one", () => {
  expect(passed(limitsAt().limits, () => undefined)).toBe(30);
});
