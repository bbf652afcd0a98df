import type { Caller } from "../../identity/caller.ts";

/** What a line of the log tells of a request. */
export interface AccessLine {
  readonly requestId: string;
  readonly method: string;
  readonly path: string;
  /** `undefined`: nothing was answered. */
  readonly status: number | undefined;
  readonly aborted: boolean;
  /** How long it took, in milliseconds. */
  readonly took: number;
  /** Of the reply, as they went out on the connection. */
  readonly bytes: number;
  readonly address: string | undefined;
  readonly caller: Caller | undefined;
  readonly traceparent: string | undefined;
}

/** Thousandths as decimals: to write a number with a fraction takes longer than all the rest of a line. */
const THOUSANDTHS = Array.from({ length: 1000 }, (_, count) => `.${String(count).padStart(3, "0")}`);

/** The members for a caller, who asks again and again. */
const callers = new WeakMap<Caller, string>();

/** The time that was written last, since many lines are of one millisecond. */
let written = { millisecond: NaN, text: "" };

/**
 * A line of JSON in the form of the log's others: the level, the time as in ISO 8601, and what is known of the
 * request. It is put together by hand, since every request pays for it.
 */
export function accessLine(line: AccessLine): string {
  const { status, address, caller, traceparent } = line;
  return (
    `{"level":"info","time":"${timeNow()}","request":${quote(line.requestId)}` +
    `,"method":${quote(line.method)},"path":${quote(line.path)}` +
    (status === undefined ? "" : `,"status":${status}`) +
    (line.aborted ? ',"aborted":true' : "") +
    `,"ms":${milliseconds(line.took)},"bytes":${line.bytes}` +
    (address === undefined ? "" : `,"address":${quote(address)}`) +
    (caller === undefined ? "" : membersFor(caller)) +
    (traceparent === undefined ? "}\n" : `,"traceparent":${quote(traceparent)}}\n`)
  );
}

function quote(text: string): string {
  return JSON.stringify(text);
}

function timeNow(): string {
  const millisecond = Date.now();
  if (millisecond !== written.millisecond) {
    written = { millisecond, text: new Date(millisecond).toISOString() };
  }
  return written.text;
}

/** To the microsecond. */
function milliseconds(took: number): string {
  const microseconds = Math.round(took * 1000);
  return `${Math.trunc(microseconds / 1000)}${THOUSANDTHS[microseconds % 1000]}`;
}

function membersFor(caller: Caller): string {
  let members = callers.get(caller);
  if (members === undefined) {
    members = `,"project":${JSON.stringify(caller.projectId)},"user":${quote(caller.userId)}`;
    callers.set(caller, members);
  }
  return members;
}
