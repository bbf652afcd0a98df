import { readFileSync } from "node:fs";
import { isAlias, isMap, isScalar, LineCounter, parseDocument, type Document, type ParsedNode } from "yaml";
import { z } from "zod";
import { errorText } from "../error-text.ts";
import { RuleSet, type Remark, type RuleSource } from "./rule-set.ts";

/** A policy file that cannot be used. The message has a line for each mistake, which names its place. */
export class PolicyFileError extends Error {
  override readonly name = "PolicyFileError";
}

const rule = z.union([z.string(), z.array(z.union([z.string(), z.array(z.string())]))]);

/**
 * Reads a policy file: a mapping from names to rules, in YAML or JSON. A mistake in a rule breaks that rule
 * alone. Throws a {@link PolicyFileError} for a file that holds no rules at all.
 */
export function readPolicyFile(path: string): RuleSet {
  let source: string;
  try {
    source = readFileSync(path, "utf8");
  } catch (error) {
    throw new PolicyFileError(`The policy file ${path} cannot be read: ${errorText(error)}`);
  }
  return new RuleSet(rulesIn(source, path));
}

/** Reads a policy file without any mistake. Throws a {@link PolicyFileError} otherwise. */
export function readSoundPolicyFile(path: string): RuleSet {
  const rules = readPolicyFile(path);
  if (rules.mistakes.length === 0) return rules;
  throw new PolicyFileError(rules.mistakes.map((mistake) => inFile(path, mistake)).join("\n"));
}

/** A remark with its place, in one line. */
export function inFile(path: string, { name, line, text }: Remark): string {
  return `${path}: line ${line}: ${name}: ${text}`;
}

function rulesIn(source: string, path: string): ReadonlyMap<string, RuleSource> {
  const lines = new LineCounter();
  const document = parseDocument(source, { prettyErrors: false, logLevel: "error", lineCounter: lines });
  const [mistake] = document.errors;
  if (mistake !== undefined) {
    throw new PolicyFileError(`${path}: line ${lines.linePos(mistake.pos[0]).line}: ${mistake.message}`);
  }
  const { contents } = document;
  if (contents === null || (isScalar(contents) && contents.value === null)) return new Map();
  if (!isMap(contents)) throw new PolicyFileError(`${path}: must be a mapping from rule names to rules`);
  return new Map(
    contents.items.map(({ key, value }): [string, RuleSource] => {
      const line = lines.linePos(key.range[0]).line;
      if (!isScalar(key) || typeof key.value !== "string") {
        throw new PolicyFileError(`${path}: line ${line}: the name of a rule must be a text`);
      }
      return [key.value, { line, rule: ruleIn(value, document) }];
    }),
  );
}

const LEADS_NOWHERE = { mistake: "an alias (*name) in it leads nowhere" };

function ruleIn(node: ParsedNode | null, document: Document): RuleSource["rule"] {
  const value = isAlias(node) ? node.resolve(document) : node;
  if (value === undefined) return LEADS_NOWHERE;
  // YAML reads an unquoted ! as the tag of an empty value, and an empty rule always holds.
  if (value?.tag !== undefined && isScalar(value)) {
    return { mistake: 'begins with an unquoted "!"; write "!" in quotes' };
  }
  let plain: unknown;
  try {
    plain = value?.toJS(document);
  } catch {
    return LEADS_NOWHERE;
  }
  const parsed = rule.safeParse(plain);
  if (parsed.success) return parsed.data;
  return { mistake: 'is neither a text nor a list of texts; "" always holds, "!" never' };
}
