import { forbiddingRule, NotServedError, RefusedError, tagRules, type Client } from "@imagetags/client";

type Rules = Awaited<ReturnType<typeof tagRules>>;

/** What is to be done to a tag. */
export interface TagStep {
  readonly verb: "add" | "remove";
  readonly tag: string;
}

/** A rule would refuse a change that is not made. */
export class ForbiddenByRuleError extends Error {
  override readonly name = "ForbiddenByRuleError";

  constructor({ verb, tag }: TagStep, { id, pattern }: Rules[number]) {
    super(`Rule ${id} forbids to ${verb} ${tag}, which fits ${pattern}.`);
  }
}

/** Tells before changes are made which of them rules about tags forbid. A server that has no such rules forbids none. */
export class RulesInTheWay {
  readonly #client: Client;
  readonly #byOwner = new Map<string | undefined, Promise<Rules>>();

  constructor(client: Client) {
    this.#client = client;
  }

  /** Why one of these steps is refused on an image of this project, where it is known, else of the caller's. */
  async refusal(
    owner: string | null | undefined,
    steps: readonly TagStep[],
  ): Promise<ForbiddenByRuleError | undefined> {
    const rules = await this.#rulesOf(owner ?? undefined);
    for (const step of steps) {
      const rule = forbiddingRule(rules, step.verb, step.tag);
      if (rule !== undefined) return new ForbiddenByRuleError(step, rule);
    }
    return undefined;
  }

  #rulesOf(owner: string | undefined): Promise<Rules> {
    let rules = this.#byOwner.get(owner);
    if (rules === undefined) {
      rules = tagRules(this.#client, { projectId: owner }).catch((error: unknown) => {
        if (error instanceof NotServedError) return [];
        // Whoever may not see them finds out when the change is made; without a table for them there are none.
        if (error instanceof RefusedError && (error.status === 403 || error.status === 409)) return [];
        throw error;
      });
      this.#byOwner.set(owner, rules);
    }
    return rules;
  }
}
