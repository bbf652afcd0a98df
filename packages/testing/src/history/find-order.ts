import { changesNothing, perform, type ImageState, type Operation, type Outcome } from "./image-model.ts";

/** One operation as it was seen from outside. */
export interface Recorded {
  readonly operation: Operation;
  /** Who asked, and which server. */
  readonly by: string;
  /** When it was sent and when it was answered, on one clock; without an answer, `Infinity`. */
  readonly start: number;
  readonly end: number;
  /** `unknown`: 503, or no answer. Then it was done at any time after its start, or never. */
  readonly outcome: Outcome | "unknown";
}

/** Whether there is an order that explains a history; `undecided` when the search took too many steps. */
export type Verdict =
  | { readonly verdict: "ordered"; readonly order: readonly Recorded[] }
  | { readonly verdict: "contradiction"; readonly longest: readonly Recorded[] }
  | { readonly verdict: "undecided" };

/** The quota that the image had, its state before, and how many steps a search may take. */
export interface Circumstances {
  readonly quota: number;
  readonly before?: ImageState;
  readonly steps?: number;
}

interface Choice {
  readonly index: number;
  readonly next: ImageState;
}

/**
 * Looks for an order of the operations of one image in which each answer is what the image answers when
 * it is asked one thing at a time, and in which an operation that was answered before another was sent
 * comes before it: whether the history is linearizable. Different images need no common order, so each
 * is looked at by itself.
 *
 * Source: Wing and Gong, "Testing and Verifying Concurrent Objects", 1993, with the memory of what was
 * tried of Lowe, "Testing for Linearizability", 2017.
 */
export function findOrder(
  history: readonly Recorded[],
  { quota, before = "none", steps = Infinity }: Circumstances,
): Verdict {
  const unknown = history.filter(({ outcome }) => outcome === "unknown").length;
  // Of many without an answer few were done, as when the database was away: orders with few come first.
  for (let most = 0; ; most = Math.max(1, 2 * most)) {
    const found = new Search(history, quota, most).run(before, steps);
    if (found.verdict !== "contradiction" || most >= unknown) return found;
  }
}

class Search {
  readonly #history: readonly Recorded[];
  readonly #quota: number;
  /** How many operations of unknown outcome may still be taken for done. */
  #unknownLeft: number;
  /** For each operation of unknown outcome the one before it that would do the same. */
  readonly #alikeBefore: readonly (number | undefined)[];
  /** A bit for each operation that has its place in the order. */
  readonly #placed: Uint16Array;
  readonly #order: number[] = [];
  #answersLeft: number;
  #longest: number[] = [];

  constructor(history: readonly Recorded[], quota: number, mostUnknown: number) {
    this.#history = history.toSorted((one, other) => one.start - other.start);
    this.#quota = quota;
    this.#unknownLeft = mostUnknown;
    this.#alikeBefore = alikeBefore(this.#history);
    this.#placed = new Uint16Array(Math.ceil(history.length / 16));
    this.#answersLeft = history.filter(({ outcome }) => outcome !== "unknown").length;
  }

  run(before: ImageState, steps: number): Verdict {
    const tried = new Set<string>();
    const stack = [this.#choices(before)];
    let left = steps;
    while (this.#answersLeft > 0) {
      const choice = stack.at(-1)?.pop();
      if (choice === undefined) {
        stack.pop();
        if (stack.length === 0) return { verdict: "contradiction", longest: this.#toRecorded(this.#longest) };
        this.#takeBack();
        continue;
      }
      if (left-- === 0) return { verdict: "undecided" };
      this.#place(choice.index);
      const key = `${String.fromCharCode(...this.#placed)}${choice.next}`;
      if (tried.has(key)) {
        this.#takeBack();
        continue;
      }
      tried.add(key);
      stack.push(this.#choices(choice.next));
    }
    return { verdict: "ordered", order: this.#toRecorded(this.#order) };
  }

  /** What may come next: whatever began before the first of the others was answered, and fits its answer. */
  #choices(state: ImageState): Choice[] {
    const answered: Choice[] = [];
    const unknown: Choice[] = [];
    let firstAnswer = Infinity;
    for (const [index, { operation, start, end, outcome }] of this.#history.entries()) {
      if (start > firstAnswer) break;
      if (this.#isPlaced(index)) continue;
      firstAnswer = Math.min(firstAnswer, end);
      const [answer, next] = perform(state, operation, this.#quota);
      if (outcome === "unknown") {
        const alike = this.#alikeBefore[index];
        const isNeeded =
          this.#unknownLeft > 0 && next !== state && (alike === undefined || this.#isPlaced(alike));
        if (isNeeded) unknown.push({ index, next });
      } else if (answer === outcome) {
        // It changes nothing wherever it stands, so it may as well come now.
        if (changesNothing(operation, outcome)) return [{ index, next }];
        answered.push({ index, next });
      }
    }
    // Taken from the end: what was answered before what may never have been done, and in the order it was sent.
    return [...unknown, ...answered.toReversed()];
  }

  #place(index: number): void {
    this.#flip(index);
    this.#order.push(index);
    if (this.#history[index]?.outcome === "unknown") this.#unknownLeft -= 1;
    else this.#answersLeft -= 1;
    if (this.#order.length > this.#longest.length) this.#longest = [...this.#order];
  }

  #takeBack(): void {
    const index = this.#order.pop();
    if (index === undefined) return;
    this.#flip(index);
    if (this.#history[index]?.outcome === "unknown") this.#unknownLeft += 1;
    else this.#answersLeft += 1;
  }

  #flip(index: number): void {
    const word = index >> 4;
    this.#placed[word] = (this.#placed[word] ?? 0) ^ (1 << (index & 15));
  }

  #isPlaced(index: number): boolean {
    return ((this.#placed[index >> 4] ?? 0) & (1 << (index & 15))) !== 0;
  }

  #toRecorded(indexes: readonly number[]): Recorded[] {
    return indexes.flatMap((index) => this.#history[index] ?? []);
  }
}

/** Of those that would do the same, and have no end, the first sent may be done first: fewer orders to try. */
function alikeBefore(history: readonly Recorded[]): (number | undefined)[] {
  const last = new Map<string, number>();
  return history.map(({ operation, outcome }, index) => {
    if (outcome !== "unknown") return undefined;
    const key = JSON.stringify(operation);
    const before = last.get(key);
    last.set(key, index);
    return before;
  });
}
