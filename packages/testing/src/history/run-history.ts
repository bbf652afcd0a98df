import { randomUUID } from "node:crypto";
import { Agent } from "node:http";
import { Caller, type HistoryServer } from "./caller.ts";
import type { ImageHistory } from "./image-history.ts";
import { planSteps, type PlanSize } from "./operation-plan.ts";

/** Who takes part in a history. */
export interface HistoryOptions extends PlanSize {
  readonly servers: readonly HistoryServer[];
  /** The tokens that callers use in turn; each must see and may change every image. */
  readonly tokens: readonly string[];
  readonly seed: number;
}

/** Lets all callers loose on new images at once, looks at each image in the end, and returns what was seen. */
export async function runHistory(options: HistoryOptions): Promise<ImageHistory[]> {
  const { servers, tokens, seed, images } = options;
  const agent = new Agent({ keepAlive: true });
  const histories: ImageHistory[] = Array.from({ length: images }, () => ({
    imageId: randomUUID(),
    recorded: [],
    times: [],
  }));
  try {
    const plans = planSteps(seed, options);
    if (options.keepsImages) {
      const first = new Caller(0, histories, { agent, servers, tokens });
      for (const steps of plans.slice(0, 1)) await first.run(steps.slice(0, images));
    }
    await Promise.all(
      plans.map((steps, index) => new Caller(index, histories, { agent, servers, tokens }).run(steps)),
    );
    const last = new Caller(0, histories, { agent, servers, tokens });
    for (const index of histories.keys()) await last.lookAt(index);
  } finally {
    agent.destroy();
  }
  return histories;
}
