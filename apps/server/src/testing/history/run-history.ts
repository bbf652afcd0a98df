import { randomUUID } from "node:crypto";
import { Agent } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { findOrder, type Recorded } from "./find-order.ts";
import { describeContradiction } from "./describe-contradiction.ts";
import type { Operation } from "./image-model.ts";
import { planSteps, type PlannedStep, type PlanSize } from "./operation-plan.ts";
import { sendOperation } from "./send-operation.ts";
import { smallestContradiction } from "./smallest-contradiction.ts";

/** A server that takes part. The port is asked for each time: one that was killed comes back elsewhere. */
export interface HistoryServer {
  readonly name: string;
  readonly port: () => number;
}

/** Who takes part in a history. */
export interface HistoryOptions extends PlanSize {
  readonly servers: readonly HistoryServer[];
  /** The tokens that callers use in turn; each must see and may change every image. */
  readonly tokens: readonly string[];
  readonly seed: number;
}

/** What was seen of one image. */
export interface ImageHistory {
  readonly imageId: string;
  readonly recorded: readonly Recorded[];
  readonly times: readonly UpdatedAt[];
}

/** When an image said it had been updated last. */
interface UpdatedAt {
  readonly start: number;
  readonly end: number;
  readonly updatedAt: string;
}

/** How long a caller waits for a server to come back before it asks the next one, in milliseconds. */
const PAUSE = 5;
/** How long an image may be looked at in the end, while the servers come back, in milliseconds. */
const PATIENCE = 30_000;
/** How many steps the search for an order may take; real histories take a few thousand. */
const STEPS = 2_000_000;

/** Lets all callers loose on new images at once, looks at each image in the end, and returns what was seen. */
export async function runHistory(options: HistoryOptions): Promise<ImageHistory[]> {
  const { servers, tokens, seed, images } = options;
  const agent = new Agent({ keepAlive: true });
  const histories = Array.from({ length: images }, () => {
    const recorded: Recorded[] = [];
    const times: UpdatedAt[] = [];
    return { imageId: randomUUID(), recorded, times };
  });
  try {
    await Promise.all(
      planSteps(seed, options).map((steps, index) =>
        new Caller(index, histories, { agent, servers, tokens }).run(steps),
      ),
    );
    const last = new Caller(0, histories, { agent, servers, tokens });
    for (const index of histories.keys()) await last.lookAt(index);
  } finally {
    agent.destroy();
  }
  return histories;
}

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

/** The parts of a history that one caller adds to. */
interface Record {
  readonly imageId: string;
  readonly recorded: Recorded[];
  readonly times: UpdatedAt[];
}

class Caller {
  readonly #histories: readonly Record[];
  readonly #parts: { agent: Agent; servers: readonly HistoryServer[]; tokens: readonly string[] };
  readonly #name: string;
  readonly #token: string;
  /** The tags of each image as this caller saw them last. */
  readonly #seen = new Map<number, readonly string[]>();
  #turn: number;

  constructor(
    index: number,
    histories: readonly Record[],
    parts: { agent: Agent; servers: readonly HistoryServer[]; tokens: readonly string[] },
  ) {
    this.#histories = histories;
    this.#parts = parts;
    this.#name = `caller ${index}`;
    this.#token = parts.tokens[index % parts.tokens.length] ?? "";
    this.#turn = index;
  }

  async run(steps: readonly PlannedStep[]): Promise<void> {
    for (const { image, operation, guarded } of steps) {
      const expected = guarded && isGuardable(operation) ? this.#seen.get(image) : undefined;
      await this.#ask(image, expected === undefined ? operation : { ...operation, expected });
    }
  }

  /** Looks at an image until it is shown. */
  async lookAt(image: number): Promise<void> {
    const begun = performance.now();
    while (!(await this.#ask(image, { kind: "show" }))) {
      if (performance.now() - begun > PATIENCE) throw new Error("No server answers any more.");
      await sleep(PAUSE);
    }
  }

  /** Tells whether there was an answer. */
  async #ask(image: number, operation: Operation): Promise<boolean> {
    const history = this.#histories[image];
    const server = this.#parts.servers[this.#turn % this.#parts.servers.length];
    if (history === undefined || server === undefined) throw new Error("There is no such image or server.");
    const start = performance.now();
    const to = { agent: this.#parts.agent, port: server.port(), token: this.#token };
    const reply = await sendOperation(to, history.imageId, operation);
    const end = performance.now();
    const by = `${this.#name} at ${server.name}`;
    if (reply === "unsent" || reply === "unknown") {
      if (reply === "unknown")
        history.recorded.push({ operation, by, start, end: Infinity, outcome: "unknown" });
      this.#turn += 1;
      await sleep(PAUSE);
      return false;
    }
    const { outcome, updatedAt } = reply;
    history.recorded.push({ operation, by, start, end, outcome });
    if (updatedAt !== undefined) history.times.push({ start, end, updatedAt });
    if (outcome.startsWith("tags ")) this.#seen.set(image, JSON.parse(outcome.slice("tags ".length)));
    return true;
  }
}

function isGuardable({ kind }: Operation): boolean {
  return ["remove", "add", "replace", "clear"].includes(kind);
}
