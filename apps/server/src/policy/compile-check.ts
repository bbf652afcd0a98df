import type { Caller } from "../identity/caller.ts";
import type { Check, Template } from "./check.ts";
import { credential, isWithin } from "./credentials.ts";
import { UNKNOWN, type PolicyTarget } from "./policy-target.ts";

/** Whether a rule holds. `undefined` when that depends on what is not known of the target. */
export type Truth = boolean | undefined;

/** A rule that can be asked. */
export type Decision = (caller: Caller, target: PolicyTarget) => Truth;

/** Makes a function of a rule. `decisionOf` gives the function of another rule that it refers to. */
export function compileCheck(check: Check, decisionOf: (rule: string) => Decision): Decision {
  switch (check.kind) {
    case "always":
      return () => true;
    case "never":
      return () => false;
    case "rule":
      return decisionOf(check.name);
    case "not": {
      const decision = compileCheck(check.check, decisionOf);
      return (caller, target) => {
        const truth = decision(caller, target);
        return truth === undefined ? undefined : !truth;
      };
    }
    case "and":
      return untilDecided(false, check.checks, decisionOf);
    case "or":
      return untilDecided(true, check.checks, decisionOf);
    case "role": {
      const [only, ...others] = check.role;
      if (typeof only === "string" && others.length === 0) {
        const role = only.toLowerCase();
        return (caller) => caller.roles.has(role);
      }
      return compare(check.role, (caller, text) => caller.roles.has(text.toLowerCase()));
    }
    case "literal": {
      const { literal } = check;
      return compare(check.text, (_, text) => text === literal, "None");
    }
    case "attribute": {
      const [name = "", ...rest] = check.path;
      return compare(check.text, (caller, text) => {
        const value = credential(caller, name);
        // By far the most frequent case.
        return rest.length === 0 && typeof value === "string" ? value === text : isWithin(value, rest, text);
      });
    }
  }
}

/** `and` is decided by the first check that fails, and `or` by the first that holds, whatever is not known. */
function untilDecided(
  decisive: boolean,
  checks: readonly Check[],
  decisionOf: (rule: string) => Decision,
): Decision {
  const decisions = checks.map((check) => compileCheck(check, decisionOf));
  return (caller, target) => {
    let truth: Truth = !decisive;
    for (const decision of decisions) {
      const one = decision(caller, target);
      if (one === decisive) return decisive;
      if (one === undefined) truth = undefined;
    }
    return truth;
  };
}

/**
 * Compares with a text that is filled in from the target. A text with a missing attribute equals nothing. So
 * does one whose attribute has no value, unless `none` stands for that.
 */
function compare(
  template: Template,
  matches: (caller: Caller, text: string) => boolean,
  none?: string,
): Decision {
  const fixed = template.every((part) => typeof part === "string") ? template.join("") : undefined;
  if (fixed !== undefined) return (caller) => matches(caller, fixed);
  return (caller, target) => {
    const text = fill(template, target, none);
    return typeof text === "string" ? matches(caller, text) : text;
  };
}

function fill(template: Template, target: PolicyTarget, none: string | undefined): string | Truth {
  let text = "";
  let known = true;
  for (const part of template) {
    if (typeof part === "string") {
      text += part;
      continue;
    }
    const value = target.attribute(part.attribute);
    if (value === UNKNOWN) known = false;
    else {
      const piece = value === null ? none : asPythonText(value);
      if (piece === undefined) return false;
      text += piece;
    }
  }
  return known ? text : undefined;
}

function asPythonText(value: string | number | boolean | undefined): string | undefined {
  if (typeof value === "boolean") return value ? "True" : "False";
  return typeof value === "number" ? String(value) : value;
}
