/** The head of a reply whose body, where it has one, is as long as its header says. */
export interface PlainHead {
  readonly statusCode: number;
  readonly statusMessage: string;
  /** Names and values in turn. */
  readonly rawHeaders: readonly string[];
  /** By their names in lower case; of several of a name the last. */
  readonly headers: Readonly<Record<string, string>>;
  /** How many bytes of a body follow. */
  readonly length: number;
  /** Whether another request may follow on the connection. */
  readonly persists: boolean;
}

const STATUS = /^HTTP\/1\.1 ([2-5]\d\d)(?: ([\t\x20-\x7e\x80-\xff]*))?$/;
const NAME = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
const VALUE = /^[\t\x20-\x7e\x80-\xff]*$/;
const LENGTH = /^\d{1,15}$/;

/**
 * Reads the head of a final reply, without the empty line at its end. `undefined` where it is anything but plain: with
 * chunks, without a length, of another version, or malformed in any way. Source: RFC 9112, sections 4 to 6.
 */
export function readPlainHead(text: string, method: string): PlainHead | undefined {
  const lines = text.split("\r\n");
  const [, code, statusMessage = ""] = STATUS.exec(lines[0] ?? "") ?? [];
  if (code === undefined) return undefined;
  const rawHeaders: string[] = [];
  const headers: Record<string, string> = {};
  let lengths = 0;
  let persists = true;
  for (let at = 1; at < lines.length; at += 1) {
    const line = lines[at] ?? "";
    const colon = line.indexOf(":");
    const name = line.slice(0, Math.max(colon, 0));
    const value = withoutBlanks(line, colon + 1);
    if (!NAME.test(name) || !VALUE.test(value)) return undefined;
    const lower = name.toLowerCase();
    if (lower === "transfer-encoding") return undefined;
    if (lower === "content-length") lengths += 1;
    if (lower === "connection" && value.toLowerCase() !== "keep-alive") persists = false;
    headers[lower] = value;
    rawHeaders.push(name, value);
  }
  const { "content-length": told } = headers;
  const statusCode = Number(code);
  const hasNoBody = method === "HEAD" || statusCode === 204 || statusCode === 304;
  if (lengths > 1 || (told === undefined ? !hasNoBody : !LENGTH.test(told))) return undefined;
  return {
    statusCode,
    statusMessage,
    rawHeaders,
    headers,
    length: hasNoBody ? 0 : Number(told),
    persists,
  };
}

/** The text from a place on, without spaces and tabs at both ends. */
function withoutBlanks(line: string, from: number): string {
  let begin = from;
  let end = line.length;
  while (begin < end && isBlank(line.charCodeAt(begin))) begin += 1;
  while (end > begin && isBlank(line.charCodeAt(end - 1))) end -= 1;
  return line.slice(begin, end);
}

function isBlank(code: number): boolean {
  return code === 0x20 || code === 0x09;
}
