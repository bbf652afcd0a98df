import { describe, expect, test } from "vitest";
import { createProgress, progressText } from "./progress.ts";

describe("the line of progress", () => {
  test.each([
    [0, 0, "Removing ░░░░░░░░░░░░░░░░░░░░░░░░   0%  0 of 4,000  0/s"],
    [1000, 2000, "Removing ██████░░░░░░░░░░░░░░░░░░  25%  1,000 of 4,000  500/s  6 s left"],
    [4000, 8000, "Removing ████████████████████████ 100%  4,000 of 4,000  500/s  0 s left"],
  ])("after %d of 4,000 in %d ms", (done, elapsed, text) => {
    expect(progressText({ label: "Removing", total: 4000 }, done, elapsed)).toBe(text);
  });

  test("tells long times in minutes and hours", () => {
    expect(progressText({ label: "R", total: 10_000 }, 100, 1000)).toMatch(/ 1 min 39 s left$/);
    expect(progressText({ label: "R", total: 1_000_000 }, 100, 1000)).toMatch(/ 2 h 46 min left$/);
  });

  test("counts where the end is not known", () => {
    expect(progressText({ label: "Reading images:" }, 1500, 500)).toBe("Reading images: 1,500  3,000/s");
  });
});

describe("progress", () => {
  test("shows nothing at first, is redrawn ten times a second at most, and leaves an empty line", () => {
    const { written, stream, clock } = terminal();
    {
      using progress = createProgress({ label: "R", stream, now: clock.now });
      progress.update(1);
      expect(written()).toBe("");
      clock.time = 500;
      progress.update(2);
      clock.time = 550;
      progress.update(3);
      clock.time = 600;
      progress.update(4);
      expect(written()).toBe("\r\u001B[KR 2  4/s\r\u001B[KR 4  7/s");
    }
    expect(written().endsWith("\r\u001B[K")).toBe(true);
  });

  test("makes room for a line, and writes it also where there is no terminal", () => {
    const { written, stream, clock } = terminal();
    using progress = createProgress({ label: "R", stream, now: clock.now });
    clock.time = 500;
    progress.update(1);
    progress.line("failed");
    expect(written()).toBe("\r\u001B[KR 1  2/s\r\u001B[Kfailed\n");

    const pipe = terminal(false);
    using silent = createProgress({ label: "R", stream: pipe.stream, now: pipe.clock.now });
    pipe.clock.time = 500;
    silent.update(1);
    silent.line("failed");
    expect(pipe.written()).toBe("failed\n");
  });

  test("fits into a narrow terminal", () => {
    const { written, stream, clock } = terminal(true, 12);
    using progress = createProgress({ label: "Removing", total: 10, stream, now: clock.now });
    clock.time = 500;
    progress.update(1);
    expect(written()).toBe("\r\u001B[KRemoving ██");
  });
});

function terminal(isTTY = true, columns = 80) {
  let text = "";
  const clock = { time: 0, now: () => clock.time };
  const stream = {
    isTTY,
    columns,
    write(part: string) {
      text += part;
    },
  };
  return { written: () => text, stream, clock };
}
