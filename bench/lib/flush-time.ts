import { closeSync, fsyncSync, openSync, rmSync, writeSync } from "node:fs";
import { join } from "node:path";
import { median } from "./statistics.ts";

const FLUSHES = 100;

/** The median time in milliseconds that this disk takes to make 4 KB durable: what every commit waits for. */
export function flushTime(folder: string) {
  const path = join(folder, "flush");
  const file = openSync(path, "w");
  const page = Buffer.alloc(4096, 1);
  try {
    return median(
      Array.from({ length: FLUSHES }, () => {
        const start = performance.now();
        writeSync(file, page);
        fsyncSync(file);
        return performance.now() - start;
      }),
    );
  } finally {
    closeSync(file);
    rmSync(path);
  }
}
