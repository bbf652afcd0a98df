import type { Check, Template, TemplatePart } from "./check.ts";
import { PolicySyntaxError } from "./policy-syntax-error.ts";

/**
 * Reads one check, `KIND:MATCH`, `@` or `!`. The kind is all before the first colon. `position` is where the
 * check begins in its rule. Source: oslo.policy, oslo_policy/_parser.py, `_parse_check`, and _checks.py.
 */
export function parseCheck(text: string, position: number, shown = `"${text}"`): Check {
  if (text === "@") return { kind: "always" };
  if (text === "!") return { kind: "never" };
  const colon = text.indexOf(":");
  if (colon === -1 || /^(["']).*\1$/.test(text)) {
    throw new PolicySyntaxError(`${shown} is no check: one has the form KIND:MATCH`, position);
  }
  const kind = text.slice(0, colon);
  const match = text.slice(colon + 1);
  const place = position + colon + 1;
  if (kind === "http" || kind === "https") {
    throw new PolicySyntaxError(`${shown}: a check that asks another server is not supported`, position);
  }
  if (kind === "rule") {
    if (match === "") throw new PolicySyntaxError(`${shown} names no rule`, position);
    return { kind: "rule", name: match };
  }
  if (kind === "role") return { kind: "role", role: parseTemplate(match, place) };
  const literal = literalOf(kind);
  if (literal !== undefined) return { kind: "literal", literal, text: parseTemplate(match, place) };
  if (!/^[A-Za-z_][\w-]*(\.[A-Za-z_][\w-]*)*$/.test(kind)) {
    throw new PolicySyntaxError(
      `"${kind}" is neither an attribute of the caller nor a literal: 'text', a whole number, True, False or None`,
      position,
    );
  }
  return { kind: "attribute", path: kind.split("."), text: parseTemplate(match, place) };
}

/** A literal as Python's `str` writes it; `undefined` when there is none. */
function literalOf(kind: string): string | undefined {
  const quoted = /^'([^'\\]*)'$/.exec(kind) ?? /^"([^"\\]*)"$/.exec(kind);
  if (quoted !== null) return quoted[1];
  if (["True", "False", "None"].includes(kind)) return kind;
  return /^(0|-?[1-9]\d*)$/.test(kind) ? kind : undefined;
}

/** Reads a text in which `%(name)s` stands for an attribute of the target and `%%` for a percent sign. */
function parseTemplate(text: string, position: number): Template {
  const parts: TemplatePart[] = [];
  let plain = "";
  for (const { 0: piece, groups, index } of text.matchAll(/%\((?<attribute>[^()]+)\)s|%%|%|[^%]+/g)) {
    const attribute = groups?.["attribute"];
    if (piece === "%") {
      throw new PolicySyntaxError('"%" must be followed by "(name)s" or by another "%"', position + index);
    }
    if (attribute === undefined) {
      plain += piece === "%%" ? "%" : piece;
      continue;
    }
    if (plain !== "") parts.push(plain);
    plain = "";
    parts.push({ attribute });
  }
  if (plain !== "") parts.push(plain);
  return parts;
}
