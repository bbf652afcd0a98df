import type { Agent } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import type { ImageHistory } from "./image-history.ts";
import type { Operation } from "./image-model.ts";
import type { PlannedStep } from "./operation-plan.ts";
import { sendOperation } from "./send-operation.ts";

/** A server that takes part. The port is asked for each time: one that was killed comes back elsewhere. */
export interface HistoryServer {
  readonly name: string;
  readonly port: () => number;
}

/** What callers share. */
export interface CallerParts {
  readonly agent: Agent;
  readonly servers: readonly HistoryServer[];
  /** The tokens that they use in turn. */
  readonly tokens: readonly string[];
}

/** How long a caller waits before it asks the next server after one that did not answer, in milliseconds. */
const PAUSE = 50;
/** How long an image may be looked at in the end, while the servers come back, in milliseconds. */
const PATIENCE = 60_000;

/** Asks servers for operations on images, one after the other, and adds to their histories. */
export class Caller {
  readonly #histories: readonly ImageHistory[];
  readonly #parts: CallerParts;
  readonly #name: string;
  readonly #token: string;
  /** The tags of each image as this caller saw them last. */
  readonly #seen = new Map<number, readonly string[]>();
  #turn: number;

  constructor(index: number, histories: readonly ImageHistory[], parts: CallerParts) {
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
