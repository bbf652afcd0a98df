/** How long an answer is good for, and how long anybody waits for one, in milliseconds. */
export interface QuestionLimits {
  readonly lifetime: number;
  readonly patience: number;
}

/**
 * A question that takes work and that strangers may ask. However many ask, it is asked once at a time, and an answer
 * serves all for a while.
 */
export class SharedQuestion<Answer> {
  readonly #work: () => Promise<Answer>;
  readonly #limits: QuestionLimits;
  readonly #tooLate: () => Answer;
  #underWay: Promise<Answer> | undefined;
  #waiting: Promise<Answer> | undefined;
  #answer: { readonly value: Answer; readonly until: number } | undefined;

  /** `work` never rejects. `tooLate` is the answer when it takes longer than the patience. */
  constructor(work: () => Promise<Answer>, limits: QuestionLimits, tooLate: () => Answer) {
    this.#work = work;
    this.#limits = limits;
    this.#tooLate = tooLate;
  }

  async ask(): Promise<Answer> {
    if (this.#answer !== undefined && performance.now() < this.#answer.until) return this.#answer.value;
    this.#waiting ??= this.#wait().finally(() => (this.#waiting = undefined));
    return await this.#waiting;
  }

  async #wait(): Promise<Answer> {
    // What took too long is still waited for, and not begun once more beside itself.
    this.#underWay ??= this.#work().finally(() => (this.#underWay = undefined));
    const { promise: late, resolve } = Promise.withResolvers<Answer>();
    const timer = setTimeout(() => resolve(this.#tooLate()), this.#limits.patience);
    const value = await Promise.race([this.#underWay, late]);
    clearTimeout(timer);
    this.#answer = { value, until: performance.now() + this.#limits.lifetime };
    return value;
  }
}
