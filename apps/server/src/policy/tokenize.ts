/** A word of a rule, and its place in characters from 1. */
export interface Token {
  readonly kind: "(" | ")" | "and" | "or" | "not" | "check";
  readonly text: string;
  readonly position: number;
}

/**
 * The words of a rule, parted by white space. Parentheses count only at the beginning and the end of a word, so
 * that `%(name)s` stays whole. Source: oslo.policy, oslo_policy/_parser.py, `_parse_tokenize`.
 */
export function tokenize(rule: string): Token[] {
  return [...rule.matchAll(/\S+/g)].flatMap(({ 0: word, index }) => inWord(word, index + 1));
}

function inWord(word: string, position: number): Token[] {
  const rest = word.replace(/^\(+/, "");
  const opened = word.length - rest.length;
  const text = rest.replace(/\)+$/, "");
  const closed = rest.length - text.length;
  return [
    ...parentheses("(", opened, position),
    ...(text === "" ? [] : [{ kind: kindOf(text), text, position: position + opened }]),
    ...parentheses(")", closed, position + opened + text.length),
  ];
}

function parentheses(kind: "(" | ")", count: number, from: number): Token[] {
  return Array.from({ length: count }, (_, index) => ({ kind, text: kind, position: from + index }));
}

function kindOf(text: string): Token["kind"] {
  const lowered = text.toLowerCase();
  return lowered === "and" || lowered === "or" || lowered === "not" ? lowered : "check";
}
