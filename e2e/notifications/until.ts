import { setTimeout as sleep } from "node:timers/promises";

/** Waits until something is there; throws what was waited for where it does not come. */
export async function until<Found>(
  what: string,
  find: () => Found | undefined | Promise<Found | undefined>,
  patience: number = 60_000,
): Promise<Found> {
  const deadline = performance.now() + patience;
  for (;;) {
    const found = await find();
    if (found !== undefined) return found;
    if (performance.now() > deadline) throw new Error(`In ${patience / 1_000} seconds there was no ${what}.`);
    await sleep(20);
  }
}
