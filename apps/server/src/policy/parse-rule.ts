import type { Check } from "./check.ts";
import { parseCheck } from "./parse-check.ts";
import { PolicySyntaxError } from "./policy-syntax-error.ts";
import { tokenize, type Token } from "./tokenize.ts";

/** A rule in oslo.policy's older form. One item of the outer list must hold, and all of an inner list. */
export type RuleList = readonly (string | readonly string[])[];

/**
 * Reads a rule. Throws a {@link PolicySyntaxError} that says what is wrong with it and where.
 *
 * `not` binds closer than `and`, and `and` closer than `or`. Parentheses bind closest. An empty rule always
 * holds. oslo.policy takes what it does not understand for a check that fails; this refuses the rule, since
 * such a check would hold behind a `not`. Source: oslo.policy, oslo_policy/_parser.py.
 */
export function parseRule(rule: string | RuleList): Check {
  return typeof rule === "string" ? parseText(rule) : parseList(rule);
}

function parseText(rule: string): Check {
  if (rule === "") return { kind: "always" };
  const parser = new Parser(tokenize(rule), rule.length + 1);
  const check = parser.anyOf();
  parser.end();
  return check;
}

function parseList(rule: RuleList): Check {
  if (rule.length === 0) return { kind: "always" };
  const checks = rule
    .map((inner) => (typeof inner === "string" ? [inner] : inner))
    .filter((inner) => inner.length > 0)
    .map((inner) => joined("and", inner.map(parseListed)));
  return joined("or", checks);
}

function parseListed(check: string): Check {
  return parseCheck(check, 1, `"${check}"`);
}

/** Several checks as one. A single one stays itself. None at all never hold. */
function joined(kind: "and" | "or", checks: readonly Check[]): Check {
  const [first, ...others] = checks;
  if (first === undefined) return { kind: "never" };
  return others.length === 0 ? first : { kind, checks };
}

/** Reads the tokens of one rule from the left, one method for each level of precedence. */
class Parser {
  readonly #tokens: readonly Token[];
  readonly #end: number;
  #at = 0;
  #depth = 0;

  constructor(tokens: readonly Token[], end: number) {
    this.#tokens = tokens;
    this.#end = end;
  }

  anyOf(): Check {
    const checks = [this.#allOf()];
    while (this.#takes("or")) checks.push(this.#allOf());
    return joined("or", checks);
  }

  end(): void {
    const token = this.#tokens[this.#at];
    if (token === undefined) return;
    if (token.kind === ")") throw new PolicySyntaxError('")" closes nothing', token.position);
    throw new PolicySyntaxError(`"and" or "or" is missing before "${token.text}"`, token.position);
  }

  #allOf(): Check {
    const checks = [this.#negated()];
    while (this.#takes("and")) checks.push(this.#negated());
    return joined("and", checks);
  }

  #negated(): Check {
    let negations = 0;
    while (this.#takes("not")) negations += 1;
    let check = this.#one();
    for (; negations > 0; negations -= 1) check = { kind: "not", check };
    return check;
  }

  #one(): Check {
    const token = this.#tokens[this.#at];
    if (token === undefined) throw new PolicySyntaxError("a check is missing at the end", this.#end);
    this.#at += 1;
    if (token.kind === "check") return parseCheck(token.text, token.position);
    if (token.kind !== "(") {
      throw new PolicySyntaxError(`a check is missing before "${token.text}"`, token.position);
    }
    this.#depth += 1;
    if (this.#depth > 100) throw new PolicySyntaxError("parentheses are nested too deep", token.position);
    const check = this.anyOf();
    if (!this.#takes(")")) throw new PolicySyntaxError('this "(" is not closed', token.position);
    this.#depth -= 1;
    return check;
  }

  #takes(kind: Token["kind"]): boolean {
    if (this.#tokens[this.#at]?.kind !== kind) return false;
    this.#at += 1;
    return true;
  }
}
