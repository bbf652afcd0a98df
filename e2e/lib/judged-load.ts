import { Agent, request } from "node:http";
import { setTimeout as delay } from "node:timers/promises";

/** What is asked for, of servers over one database. */
export interface LoadOptions {
  /** The servers that answer now. */
  readonly urls: () => readonly string[];
  /** Who may do all that is asked for. The servers have no quota of tags. */
  readonly token: string;
  /** Existing images. */
  readonly images: readonly string[];
  /** How many ask at once, each for tags of its own. */
  readonly lanes?: number;
  /** The pause of each between two requests, in milliseconds. */
  readonly pause?: number;
}

/** An answer, or none. */
interface Answer {
  /** When it was asked for. */
  readonly sent: number;
  readonly took: number;
  readonly status: number | "none";
}

/** What came of the requests that were sent in a time. Times are in milliseconds. */
export interface LoadFigures {
  readonly requests: number;
  /** The number of answers of 503. */
  readonly unavailable: number;
  /** The number of requests without an answer. */
  readonly unanswered: number;
  readonly longest: number;
  readonly median: number;
  /** When the last request began that was not answered otherwise, after the time began. */
  readonly lastFailure: number;
}

/**
 * Adds, shows and removes tags on and on, and holds each answer to what was answered before. A request whose outcome
 * nobody knows may take effect at any later time, so nothing is asked about its tag any more.
 */
export class JudgedLoad {
  readonly #options: LoadOptions;
  readonly #agent = new Agent({ keepAlive: true });
  readonly #answers: Answer[] = [];
  /** Whether the image bears a tag by the last answer; `undefined` where nobody knows. By `image tag`. */
  readonly #told = new Map<string, boolean | undefined>();
  readonly #untrue: string[] = [];
  readonly #lanes: readonly Promise<void>[];
  #isOver = false;

  constructor(options: LoadOptions) {
    this.#options = options;
    this.#lanes = Array.from({ length: options.lanes ?? 16 }, (_, lane) => this.#run(lane));
  }

  /** Ends it after the requests that are under way. */
  async stop(): Promise<void> {
    this.#isOver = true;
    await Promise.all(this.#lanes);
    this.#agent.destroy();
  }

  /** What came of the requests that were sent between two moments, or that were under way at the first. */
  figures(from: number, to: number): LoadFigures {
    const within = this.#answers.filter(({ sent, took }) => sent + took >= from && sent < to);
    const times = within.map(({ took }) => took).toSorted((one, other) => one - other);
    const failed = within.filter(({ status }) => status === "none" || status === 503);
    return {
      requests: within.length,
      unavailable: failed.filter(({ status }) => status === 503).length,
      unanswered: failed.filter(({ status }) => status === "none").length,
      longest: times.at(-1) ?? 0,
      median: times[times.length >> 1] ?? 0,
      lastFailure: Math.max(0, ...failed.map(({ sent, took }) => sent + took - from)),
    };
  }

  /**
   * Holds what was answered to the live tags as they lie in the tables, as rows of image and tag. Throws when an answer
   * was untrue, and returns what it looked at.
   */
  judge(rows: readonly (readonly string[])[]): { readonly told: number; readonly unknown: number } {
    const live = new Map<string, number>();
    for (const [image, tag] of rows) {
      const key = `${image} ${tag}`;
      live.set(key, (live.get(key) ?? 0) + 1);
    }
    const untrue = [...this.#untrue];
    for (const [key, bears] of this.#told) {
      const count = live.get(key) ?? 0;
      if (count > 1) untrue.push(`${key} lies in ${count} live rows`);
      if (bears !== undefined && bears !== count > 0) untrue.push(`${key} was told ${bears} and is not`);
    }
    if (untrue.length > 0) {
      throw new Error(`${untrue.length} untrue answers, such as ${untrue.slice(0, 5).join("; ")}`);
    }
    const unknown = [...this.#told.values()].filter((bears) => bears === undefined).length;
    return { told: this.#told.size - unknown, unknown };
  }

  async #run(lane: number): Promise<void> {
    const { images, pause = 40 } = this.#options;
    for (let count = 0; !this.#isOver; count += 1) {
      const image = images[(lane + count) % images.length] ?? "";
      const key = `${image} lane-${lane}-${count}`;
      const path = `/v2/images/${image}/tags/lane-${lane}-${count}`;
      // Some stay, so that one that is lost is missed.
      const methods = count % 3 === 0 ? ["PUT", "GET"] : ["PUT", "GET", "DELETE", "DELETE", "GET"];
      this.#told.set(key, false);
      for (const method of methods) {
        if (this.#isOver) return;
        if (!(await this.#ask(lane, method, path, key))) break;
        await delay(pause * (0.5 + Math.random()));
      }
    }
  }

  /** Resolves with whether the tag's state is known still. */
  async #ask(lane: number, method: string, path: string, key: string): Promise<boolean> {
    const urls = this.#options.urls();
    const url = urls[lane % urls.length] ?? "";
    const sent = performance.now();
    const { status, retryAfter } = await this.#send(`${url}${path}`, method);
    this.#answers.push({ sent, took: performance.now() - sent, status });
    const bears = this.#told.get(key);
    if (status === "none" || status === 503) {
      if (status === 503 && retryAfter === undefined)
        this.#untrue.push(`${method} ${key} was 503 without Retry-After`);
      if (method !== "GET") this.#told.set(key, undefined);
      await delay(20);
      return method === "GET";
    }
    const expected = method === "PUT" || bears === true ? 204 : 404;
    if (status !== expected) this.#untrue.push(`${method} ${key} was answered ${status}, not ${expected}`);
    if (method !== "GET") this.#told.set(key, method === "PUT");
    return true;
  }

  #send(url: string, method: string): Promise<{ status: number | "none"; retryAfter?: string | undefined }> {
    return new Promise((resolve) => {
      const headers = { "X-Auth-Token": this.#options.token };
      const sent = request(url, { method, agent: this.#agent, headers }, (reply) => {
        reply.resume();
        reply.once("close", () => {
          const status = reply.complete ? (reply.statusCode ?? "none") : "none";
          resolve({ status, retryAfter: reply.headers["retry-after"] });
        });
      });
      sent.once("error", () => resolve({ status: "none" }));
      sent.end();
    });
  }
}
