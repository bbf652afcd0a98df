/** A rule of oslo.policy's language as a tree. Source: oslo.policy, oslo_policy/_checks.py. */
export type Check =
  /** `@`, or an empty rule: it always holds. */
  | { readonly kind: "always" }
  /** `!`: it never holds. */
  | { readonly kind: "never" }
  /** `role:NAME`: the caller has the role, in any case. */
  | { readonly kind: "role"; readonly role: Template }
  /** `rule:NAME`: another rule holds. */
  | { readonly kind: "rule"; readonly name: string }
  /** `ATTRIBUTE:TEXT`: the caller's attribute, found along the path, is the text. */
  | { readonly kind: "attribute"; readonly path: readonly string[]; readonly text: Template }
  /** `'LITERAL':TEXT`: the literal is the text. */
  | { readonly kind: "literal"; readonly literal: string; readonly text: Template }
  | { readonly kind: "not"; readonly check: Check }
  | { readonly kind: "and" | "or"; readonly checks: readonly Check[] };

/** A text with attributes of the target in it, such as `%(project_id)s`, as a list in order. */
export type Template = readonly TemplatePart[];

/** A piece of a template: a text, or the name of an attribute of the target. */
export type TemplatePart = string | { readonly attribute: string };

/** The names of the rules that a rule refers to. */
export function referencesOf(check: Check): string[] {
  switch (check.kind) {
    case "rule":
      return [check.name];
    case "not":
      return referencesOf(check.check);
    case "and":
    case "or":
      return check.checks.flatMap(referencesOf);
    case "always":
    case "never":
    case "role":
    case "attribute":
    case "literal":
      return [];
  }
}

/** The attributes of the target that a rule asks for, without those of rules that it refers to. */
export function attributesOf(check: Check): string[] {
  switch (check.kind) {
    case "role":
      return inTemplate(check.role);
    case "attribute":
    case "literal":
      return inTemplate(check.text);
    case "not":
      return attributesOf(check.check);
    case "and":
    case "or":
      return check.checks.flatMap(attributesOf);
    case "always":
    case "never":
    case "rule":
      return [];
  }
}

/**
 * The attributes of the caller that a rule asks for, without those of rules that it refers to. Each is named by
 * the first word of its path.
 */
export function credentialsOf(check: Check): string[] {
  switch (check.kind) {
    case "attribute":
      return check.path.slice(0, 1);
    case "not":
      return credentialsOf(check.check);
    case "and":
    case "or":
      return check.checks.flatMap(credentialsOf);
    case "always":
    case "never":
    case "role":
    case "rule":
    case "literal":
      return [];
  }
}

function inTemplate(template: Template): string[] {
  return template.flatMap((part) => (typeof part === "string" ? [] : [part.attribute]));
}
