import type { Check, Template } from "../policy/check.ts";

/** A rule written out in oslo.policy's language, with no more parentheses than it needs. */
export function printCheck(check: Check): string {
  switch (check.kind) {
    case "always":
      return "@";
    case "never":
      return "!";
    case "rule":
      return `rule:${check.name}`;
    case "role":
      return `role:${printTemplate(check.role)}`;
    case "attribute":
      return `${check.path.join(".")}:${printTemplate(check.text)}`;
    case "literal":
      return `'${check.literal}':${printTemplate(check.text)}`;
    case "not":
      return `not ${inParentheses(check.check, ["and", "or"])}`;
    case "and":
      return check.checks.map((one) => inParentheses(one, ["and", "or"])).join(" and ");
    case "or":
      return check.checks.map((one) => inParentheses(one, ["or"])).join(" or ");
  }
}

function inParentheses(check: Check, kinds: readonly Check["kind"][]): string {
  return kinds.includes(check.kind) ? `(${printCheck(check)})` : printCheck(check);
}

function printTemplate(template: Template): string {
  return template
    .map((part) => (typeof part === "string" ? part.replaceAll("%", "%%") : `%(${part.attribute})s`))
    .join("");
}
