/** An assignment of a file in oslo.config's syntax. */
export interface Assignment {
  readonly section: string;
  readonly key: string;
  readonly value: string;
  /** The line that it begins on, counted from one. */
  readonly line: number;
}

/** A file that oslo.config would refuse. The message names file and line, and repeats nothing of the line. */
export class OsloConfigError extends Error {
  override readonly name = "OsloConfigError";

  constructor(file: string, line: number, what: string) {
    super(`${file}:${line} ${what}`);
  }
}

/** What Python's `str.strip` takes away. */
const SPACE = "[\\t-\\r\\x1c-\\x20\\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000]+";
const AT_END = new RegExp(`${SPACE}$`);
const AT_START = new RegExp(`^${SPACE}`);

/** Text without the whitespace around it, as Python has it. */
export function strip(text: string): string {
  return text.replace(AT_END, "").replace(AT_START, "");
}

/**
 * Reads a file in oslo.config's syntax, in the order of its assignments. An indented line goes on with the value
 * before it. Throws an {@link OsloConfigError}. Source: oslo.config, `iniparser.py`.
 */
export function parseOsloConfig(text: string, file: string): Assignment[] {
  const assignments: Assignment[] = [];
  let section: string | undefined;
  let open: { key: string; lines: string[]; line: number } | undefined;

  const close = (): void => {
    if (open === undefined) return;
    const { key, lines, line } = open;
    if (section === undefined) throw new OsloConfigError(file, line, "comes before any [section]");
    assignments.push({ section, key, value: lines.join("\n"), line });
    open = undefined;
  };

  for (const [index, raw] of text.split(/\r\n|\r|\n/).entries()) {
    const line = index + 1;
    const written = raw.replace(AT_END, "");
    if (written === "") close();
    else if (/^[ \t]/.test(written)) {
      if (open === undefined) throw new OsloConfigError(file, line, "is indented, but goes on with no value");
      open.lines.push(written.replace(AT_START, ""));
    } else {
      close();
      if (written.startsWith("[")) section = sectionOf(written, file, line);
      else if (!/^[#;]/.test(written)) open = { ...assignmentOf(written, file, line), line };
    }
  }
  close();
  return assignments;
}

function sectionOf(written: string, file: string, line: number): string {
  if (!written.endsWith("]"))
    throw new OsloConfigError(file, line, "begins a section and does not end with ]");
  if (written.length <= 2) throw new OsloConfigError(file, line, "names no section between [ and ]");
  return written.slice(1, -1);
}

function assignmentOf(written: string, file: string, line: number): { key: string; lines: string[] } {
  const at = written.search(/[:=]/);
  if (at < 0) throw new OsloConfigError(file, line, "has neither = nor :");
  const key = strip(written.slice(0, at));
  if (key === "") throw new OsloConfigError(file, line, "has no name before = or :");
  const value = strip(written.slice(at + 1));
  const quote = value.charAt(0);
  const isQuoted = (quote === '"' || quote === "'") && value.endsWith(quote);
  // A single quote character alone is both ends at once.
  return { key, lines: [isQuoted ? value.slice(1, -1) : value] };
}
