import type { Frame } from "./profile-times.ts";

/** The engine's own entries, which are no functions. */
const ENGINE = new Map([
  ["(idle)", "waiting"],
  ["(garbage collector)", "garbage collection"],
]);

const OTHER = "Node.js itself, and what no other row names";

/**
 * Where a function belongs, by its file; the first match counts. A function that matches none works for
 * its caller: native ones, and Node's helpers such as `node:buffer`.
 */
const RULES: readonly { file: RegExp; name?: string; group: string }[] = [
  {
    file: /\/store\/sqlite\/session\.js$/,
    name: "execute",
    group: "SQLite: BEGIN, COMMIT and flush",
  },
  { file: /\/store\/sqlite\/session\.js$/, group: "SQLite: statements" },
  { file: /\/better-sqlite3\//, group: "SQLite: statements" },
  {
    file: /\/store\/sqlite\/(?:queue|run-group)\.js$/,
    group: "store: grouping changes",
  },
  { file: /\/server\/dist\/store\//, group: "store: statements' parameters" },
  { file: /\/server\/dist\/identity\//, group: "token hash" },
  { file: /\/(?:pino|sonic-boom)\/|\/access-log\.js$/, group: "logging" },
  { file: /\/@ts-rest\/|\/zod\/|\/contract\/dist\//, group: "ts-rest and zod" },
  { file: /\/server\/dist\//, group: "our handlers: request id, URL, policy" },
  { file: /\/node_modules\//, group: "Express and its router" },
  { file: /^node:(?:_http|http|net|internal\/(?:http|net|stream))/, group: "HTTP and sockets" },
];

/** The part of the server that spends the time of a stack's innermost function. */
export function groupOf(stack: readonly Frame[]) {
  const innermost = ENGINE.get(stack[0]?.name ?? "");
  if (innermost !== undefined) return innermost;
  for (const frame of stack) {
    const rule = RULES.find(
      ({ file, name }) => file.test(frame.url) && (name === undefined || name === frame.name),
    );
    if (rule !== undefined) return rule.group;
  }
  return OTHER;
}

/** A stack's innermost function with its file and group. */
export function placeOf(stack: readonly Frame[]) {
  const [frame] = stack;
  const file = frame?.url.split("/").slice(-2).join("/");
  return `${groupOf(stack)}: ${frame?.name || "(anonymous)"} ${file}`.trimEnd();
}
