import { hash } from "node:crypto";
import type { PlannedExchange } from "../model/tag-plan.ts";

/** What a plan is known by: the same as long as the same is to be done to the same images, and the same is refused. */
export function planHash(plan: readonly PlannedExchange[]): string {
  const said = plan.map(({ image, remove, add, refused }) => [
    image.id,
    remove,
    add,
    refused?.reason ?? null,
  ]);
  return hash("sha256", JSON.stringify(said), "base64url");
}
