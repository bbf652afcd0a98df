import { globSync, readFileSync } from "node:fs";
import { ERROR_REASONS, type ErrorFacts } from "@imagetags/contract";
import { describe, expect, test } from "vitest";

const runbook = readFileSync(new URL("../../../docs/runbook.md", import.meta.url), "utf8");
const headings = new Set([...runbook.matchAll(/^## (.+)$/gm)].map(([, name]) => name));

/** Of 5xx, what asks for a part of HTTP that nobody can switch on. */
const NOBODYS = new Set(["not-implemented", "http-version-not-supported"]);

const forOperators = Object.entries<ErrorFacts>(ERROR_REASONS)
  .filter(
    ([reason, { status, remedy }]) => (status >= 500 || remedy.includes("operator")) && !NOBODYS.has(reason),
  )
  .map(([reason]) => reason);

/** What tells the log of something that is wrong, or over. */
const TELLS = /\bcomplain\(|(?:\blog|#log)\.(?:warn|error|fatal)\(|#tell\(|#report\(|#parts\.report\(/g;

/** Calls that pass on a sentence from elsewhere, or an error, by the chapter about them. */
const WITHOUT_WORDS: Readonly<Record<string, string>> = {
  // Their sentences are made where `#tell`, `#report` and `report` are called, which is looked at too.
  "(sentence)": "",
  "(problem)": "",
  "(message)": "",
  "(notReady.message)": "",
  "(inFile(this.#file.path, note))": "policy-rule-without-effect",
  "({ request, err: unforeseen })": "unforeseen-error",
  "({ request, err })": "unforeseen-error",
  "({ request, reason, alike: outage.untold, err: unforeseen })": "database-unavailable",
};

/** Every call that tells the log of trouble, with the fixed parts of what it says. */
const told = globSync("**/*.ts", { cwd: new URL(".", import.meta.url) })
  .filter((file) => !file.endsWith(".test.ts") && !/^(?:testing|commands|store\/purge)\//.test(file))
  .flatMap((file) => {
    const source = readFileSync(new URL(file, import.meta.url), "utf8");
    return [...source.matchAll(TELLS)]
      .map(({ index, 0: call }) => argumentsAt(source, index + call.length - 1))
      .filter((args) => !isDeclaration(args))
      .map((args) => ({ file, args, words: wordsOf(args) }));
  });

function isDeclaration(args: string): boolean {
  return /^\(\w+: [\w, {}]+\)$/.test(args);
}

/** The text from a parenthesis to the one that closes it. */
function argumentsAt(source: string, start: number): string {
  let depth = 0;
  for (let at = start; at < source.length; at += 1) {
    if (source[at] === "(") depth += 1;
    if (source[at] === ")") depth -= 1;
    if (depth === 0)
      return source
        .slice(start, at + 1)
        .replaceAll(/\s+/g, " ")
        .replaceAll(/\( | \)|, \)/g, (end) => end.trim().replace(",", ""));
  }
  return source.slice(start);
}

/** The fixed parts of each text. */
function wordsOf(args: string): string[][] {
  return [...args.matchAll(/"([^"]*)"|`([^`]*)`/g)]
    .map(([, plain = "", template = ""]) =>
      (plain === "" ? template : plain)
        .split(/\$\{[^}]*\}/)
        .map((part) => part.replaceAll(/^[\s:;,]+|[\s:;,]+$/g, "")),
    )
    .filter((parts) => parts.some((part) => part !== ""));
}

describe("the runbook", () => {
  test.each(forOperators)("has a chapter about the reason %s", (reason) => {
    expect(headings).toContain(reason);
  });

  test("has every line in which the log tells of trouble, or of its end", () => {
    expect(told.length).toBeGreaterThan(20);
    const isThere = (part: string): boolean => part.length > 8 && runbook.includes(part);
    const missing = told.filter(({ args, words }) =>
      words.length === 0 ? !(args in WITHOUT_WORDS) : !words.every((parts) => parts.some(isThere)),
    );
    expect(missing).toEqual([]);
    for (const name of Object.values(WITHOUT_WORDS)) if (name !== "") expect(headings).toContain(name);
  });

  test("says in each chapter what it means, what to look at and what to do", () => {
    const chapters = runbook.split(/^## /m).slice(1);
    expect(chapters.length).toBe(headings.size);
    for (const chapter of chapters) {
      expect(chapter).toMatch(/^- Means: /m);
      expect(chapter).toMatch(/^- Look at/m);
      expect(chapter).toMatch(/^- Do: |^- Look at and do: /m);
    }
  });

  test("leads nowhere that is not there", () => {
    for (const [, target = ""] of runbook.matchAll(/\]\(#([^)]+)\)/g)) expect(headings).toContain(target);
  });
});
