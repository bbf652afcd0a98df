import { describeContradiction } from "./describe-contradiction.ts";
import { findOrder } from "./find-order.ts";
import type { ImageHistory, UpdatedAt } from "./image-history.ts";
import { smallestContradiction } from "./smallest-contradiction.ts";

/** How many steps the search for an order may take; real histories take a few thousand. */
const STEPS = 2_000_000;

/** What is wrong with a history; `undefined` when nothing is. */
export function faultOf({ imageId, recorded, times }: ImageHistory, quota: number): string | undefined {
  const found = findOrder(recorded, { quota, steps: STEPS });
  if (found.verdict === "undecided") return `image ${imageId}: no order was found in ${STEPS} steps\n`;
  if (found.verdict === "contradiction") {
    return `image ${imageId}: ${describeContradiction(smallestContradiction(recorded, { quota }))}`;
  }
  const backwards = backwardTime(times);
  return backwards === undefined ? undefined : `image ${imageId}: ${backwards}\n`;
}

function backwardTime(times: readonly UpdatedAt[]): string | undefined {
  for (const later of times) {
    const earlier = times.find(({ end, updatedAt }) => end < later.start && updatedAt > later.updatedAt);
    if (earlier !== undefined) return `updated_at went from ${earlier.updatedAt} back to ${later.updatedAt}`;
  }
  return undefined;
}
