import { z } from "zod";
import { inForm, type LogOutput } from "./log-output.ts";

/** What is read of a line of the log. */
const entry = z.looseObject({
  level: z.string(),
  time: z.string(),
  msg: z.string().optional(),
  request: z.string().optional(),
  err: z.looseObject({ stack: z.string().optional(), message: z.string().optional() }).optional(),
});
type Entry = z.infer<typeof entry>;

const LEVELS: Readonly<Record<string, string>> = {
  info: "INFO",
  warn: "WARNING",
  error: "ERROR",
  fatal: "CRITICAL",
};

/** Fields that have a place of their own in a line. */
const PLACED = new Set(["level", "time", "msg", "request", "err", "user", "project"]);
const OF_REQUEST = new Set(["method", "path", "status", "aborted", "ms", "bytes", "address"]);

/** What would end a line, or what a terminal would obey. */
const CONTROL = /[\p{Cc}\u2028\u2029]/gu;

/**
 * Writes lines of JSON as oslo.log writes its own by default, which collectors of OpenStack's logs know. A line stays one: what
 * would break it is escaped, and each line of a stack has the prefix that oslo.log gives to those of a traceback.
 * Source: oslo.log 5.0, `logging_context_format_string`, `logging_exception_prefix`, `logging_user_identity_format`.
 */
export function osloLines(output: LogOutput): LogOutput {
  return inForm(output, osloLine);
}

function osloLine(text: string): string {
  const line = entry.parse(JSON.parse(text));
  const begin = `${localTime(line.time)} ${process.pid}`;
  const name = "method" in line && "path" in line ? "imagetags.wsgi" : "imagetags";
  const level = LEVELS[line.level] ?? line.level.toUpperCase();
  const message = name === "imagetags.wsgi" ? requestLine(line) : (line.msg ?? line.err?.message ?? "");
  const lines = [`${begin} ${level} ${name} ${contextOf(line)} ${oneLine(message + rest(line))}`];
  for (const part of (line.err?.stack ?? "").split("\n")) {
    if (part !== "") lines.push(`${begin} ERROR ${name} ${oneLine(part)}`);
  }
  return `${lines.join("\n")}\n`;
}

/** The ids of the request, and of who asked; the domains of users and projects are not known here. */
function contextOf({ request, user, project }: Entry): string {
  if (request === undefined) return "[-]";
  return `[None ${word(request)} ${word(user)} ${word(project)} - - - -]`;
}

/** Ids may be whatever a tokens file says, and a blank would shift all that follows. */
function word(value: unknown): string {
  return typeof value === "string" && value !== "" ? oneLine(value).replaceAll(/[\s[\]]/gu, "_") : "-";
}

/** A request as Glance's own server logs it. */
function requestLine(line: Entry): string {
  const field = (name: string): string => {
    const value = line[name];
    return typeof value === "string" || typeof value === "number" ? String(value) : "-";
  };
  const status = line["aborted"] === true && line["status"] === undefined ? "499" : field("status");
  const seconds = (Number(line["ms"]) / 1_000).toFixed(6);
  const when = localTime(line.time).slice(0, 19);
  return `${field("address")} - - [${when}] "${field("method")} ${field("path")} HTTP/1.1" ${status} ${field("bytes")} ${seconds}`;
}

/** All that has no place of its own. */
function rest(line: Entry): string {
  const isPlaced = (name: string): boolean => PLACED.has(name) || ("method" in line && OF_REQUEST.has(name));
  const others = Object.entries(line).filter(([name]) => !isPlaced(name));
  return others.length === 0 ? "" : ` ${JSON.stringify(Object.fromEntries(others))}`;
}

function oneLine(text: string): string {
  return text.replaceAll(CONTROL, (character) =>
    character === "\n" ? "\\n" : `\\x${(character.codePointAt(0) ?? 0).toString(16).padStart(2, "0")}`,
  );
}

/** The time as Python writes it: of this machine's zone, with milliseconds behind a point. */
function localTime(iso: string): string {
  const at = new Date(iso);
  const two = (value: number): string => String(value).padStart(2, "0");
  const date = `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
  const time = [at.getHours(), at.getMinutes(), at.getSeconds()].map(two).join(":");
  return `${date} ${time}.${String(at.getMilliseconds()).padStart(3, "0")}`;
}
