import { expect, test } from "vitest";
import { RestartPause } from "./restart-pause.ts";

test("a worker that ends again and again is replaced ever more slowly, down to once in five seconds", () => {
  const pause = new RestartPause();
  expect(Array.from({ length: 8 }, () => pause.after(10))).toEqual([
    100, 200, 400, 800, 1_600, 3_200, 5_000, 5_000,
  ]);
});

test("one that lived for a minute is replaced at once again", () => {
  const pause = new RestartPause();
  for (let time = 0; time < 8; time += 1) pause.after(10);
  expect([pause.after(60_000), pause.after(59_999)]).toEqual([100, 200]);
});
