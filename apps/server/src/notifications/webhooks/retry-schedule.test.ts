import { expect, test } from "vitest";
import { nextTry } from "./retry-schedule.ts";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const least = () => 0;
const young = { age: 0, asked: 0 };

test("an event is left for longer after each try, up to six hours and half as long by chance", () => {
  const pauses = [1, 2, 3, 4].map((attempts) => nextTry({ attempts, ...young }, DAY, least));
  expect(pauses).toEqual([5_000, 15_000, 45_000, 135_000]);
  expect(nextTry({ attempts: 1_000, ...young }, DAY, least)).toBe(6 * HOUR);
  expect(nextTry({ attempts: 1_000, ...young }, DAY, () => 0.999)).toBeLessThanOrEqual(9 * HOUR);
});

test("a receiver that asks to be left alone is, but not for ever", () => {
  expect(nextTry({ attempts: 1, age: 0, asked: 60_000 }, DAY, least)).toBe(60_000);
  expect(nextTry({ attempts: 1, age: 0, asked: 365 * DAY }, DAY, least)).toBe(6 * HOUR);
});

test("an event is given up when it is too old, and not before it was tried some times", () => {
  expect(nextTry({ attempts: 100, age: DAY - 1, asked: 0 }, DAY)).toBeDefined();
  expect(nextTry({ attempts: 4, age: DAY + 1, asked: 0 }, DAY)).toBeDefined();
  expect(nextTry({ attempts: 5, age: DAY + 1, asked: 0 }, DAY)).toBeUndefined();
});
