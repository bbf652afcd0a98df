/** One use that an application credential is restricted to. */
export interface AccessRule {
  readonly service: string;
  readonly method: string;
  readonly path: PathPattern;
}

/** The parts of a path pattern: a character, a wildcard within a segment, or one across segments. */
type PathPattern = readonly Part[];
type Part = { readonly is: string } | "segment" | "anything";

const PARTS = /\{[^}]*\}|\*\*|\*|[^*]/g;

/** Reads an access rule of Keystone's. */
export function compileAccessRule(rule: {
  readonly service: string;
  readonly method: string;
  readonly path: string;
}): AccessRule {
  return { service: rule.service, method: rule.method, path: compilePath(rule.path) };
}

/** `{name}` and `*` stand for one or more characters other than `/`. `**` stands for any or none. */
function compilePath(pattern: string): PathPattern {
  return (asInPath(pattern).match(PARTS) ?? []).map((part) => {
    if (part === "**") return "anything";
    return part === "*" || part.length > 1 ? "segment" : { is: part };
  });
}

/**
 * Whether one of the rules lets a request to the image service pass. `path` is percent-encoded as it is routed:
 * `%2F` parts no segments, for the router and for the rules. Source: keystonemiddleware,
 * auth_token/__init__.py, `validate_allowed_request` and `_path_matches`.
 */
export function isAllowed(rules: readonly AccessRule[], method: string, path: string): boolean {
  const asked = asInPath(path);
  return rules.some(
    (rule) => rule.service === "image" && rule.method === method && matches(rule.path, asked),
  );
}

/**
 * Goes through the path once, with all the places of the pattern that fit so far. Those whom a pattern
 * restricts write it, and could make a backtracking expression take hours.
 */
function matches(pattern: PathPattern, path: string): boolean {
  let places = new Uint8Array(pattern.length + 1);
  let next = new Uint8Array(pattern.length + 1);
  places[0] = 1;
  for (const character of path) {
    next.fill(0);
    for (const [place, part] of pattern.entries()) {
      if (places[place] === 0) continue;
      if (part === "anything") {
        next[place] = 1;
        // A wildcard may stand for nothing, so the place behind it fits already.
        places[place + 1] = 1;
      } else if (part === "segment") {
        if (character !== "/") next[place] = next[place + 1] = 1;
      } else if (part.is === character) next[place + 1] = 1;
    }
    [places, next] = [next, places];
  }
  let end = pattern.length;
  while (end > 0 && places[end] === 0 && pattern[end - 1] === "anything") end -= 1;
  return places[end] === 1;
}

/** Gives one spelling to what a URL may write in several ways. */
function asInPath(text: string): string {
  return text
    .toWellFormed()
    .replaceAll(/[^\u0021-\u007e]+/g, encodeURIComponent)
    .replaceAll(/%[0-9a-f]{2}/gi, (encoded) => encoded.toUpperCase());
}
