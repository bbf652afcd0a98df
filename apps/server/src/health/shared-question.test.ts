import { setTimeout as sleep } from "node:timers/promises";
import { expect, test, vi } from "vitest";
import { SharedQuestion } from "./shared-question.ts";

test("a question is asked once for all who ask meanwhile and soon after, and again later", async () => {
  let number = 0;
  const work = vi.fn(() => Promise.resolve((number += 1)));
  const question = new SharedQuestion(work, { lifetime: 20, patience: 5_000 }, () => -1);
  expect(await Promise.all(Array.from({ length: 100 }, () => question.ask()))).toEqual(
    Array.from({ length: 100 }, () => 1),
  );
  while (work.mock.calls.length === 1) {
    await question.ask();
    await sleep(5);
  }
  expect(await question.ask()).toBeGreaterThan(1);
});

test("what takes too long is not waited for, nor begun once more beside itself, and counts when it ends", async () => {
  const { promise, resolve } = Promise.withResolvers<string>();
  const work = vi.fn(() => promise);
  const question = new SharedQuestion(work, { lifetime: 0, patience: 10 }, () => "too late");
  expect(await Promise.all([question.ask(), question.ask()])).toEqual(["too late", "too late"]);
  expect(await question.ask()).toBe("too late");
  expect(work).toHaveBeenCalledOnce();
  resolve("answered");
  expect(await question.ask()).toBe("answered");
});
