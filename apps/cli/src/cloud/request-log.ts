import { subscribe, unsubscribe } from "node:diagnostics_channel";
import { safeText } from "../output/safe-text.ts";

/** Headers whose value is a secret. */
const SECRET = new Set([
  "x-auth-token",
  "x-subject-token",
  "x-service-token",
  "authorization",
  "proxy-authorization",
  "cookie",
  "set-cookie",
]);
/** No more requests are remembered one by one. */
const MOST_TIMED = 1000;

/** What undici tells of a request on its channels. Source: undici, docs/docs/api/DiagnosticsChannel.md. */
interface Message {
  readonly request: {
    readonly origin: string | URL;
    readonly path: string;
    readonly method: string;
    /** Names and values in turn. */
    readonly headers: readonly string[];
  };
  readonly response?: {
    readonly statusCode: number;
    readonly statusText: string;
    readonly headers: readonly Uint8Array[];
  };
  readonly error?: Error & { readonly code?: string };
}

interface Timed {
  readonly request: string;
  readonly result: string;
  readonly seconds: number;
}

/** What {@link logRequests} takes. */
export interface RequestLogOptions {
  /** Show each request and each reply as they come. */
  readonly debug: boolean;
  /** Tell at the end how long each request took, and all of them. */
  readonly timing: boolean;
  readonly write?: (text: string) => void;
}

/**
 * Tells of each request that leaves this process, to Keystone and to the image service, repeats included: when it was
 * sent, what was answered and how long that took. Secrets are hidden, and bodies not shown: a password is in one.
 */
export function logRequests({ debug, timing, write = writeError }: RequestLogOptions): { end(): void } {
  const begun = new WeakMap<object, number>();
  const timed: Timed[] = [];
  let count = 0;
  let total = 0;
  const took = (request: object) => (performance.now() - (begun.get(request) ?? performance.now())) / 1000;
  const line = (mark: string, text: string) => debug && write(`${mark} ${safeText(text)}\n`);
  const settle = (request: Message["request"], result: string) => {
    const seconds = took(request);
    count += 1;
    total += seconds;
    if (timed.length < MOST_TIMED) timed.push({ request: described(request), result, seconds });
  };
  const on = {
    "undici:request:create": ({ request }: Message) => {
      begun.set(request, performance.now());
      line(">", `${new Date().toISOString()} ${described(request)}`);
      for (const [name, value] of pairs(request.headers)) line(">", header(name, value));
    },
    "undici:request:headers": ({ request, response }: Message) => {
      if (response === undefined) return;
      const { statusCode, statusText, headers } = response;
      line(
        "<",
        `${new Date().toISOString()} ${statusCode} ${statusText} after ${inSeconds(took(request))} s`,
      );
      const texts = headers.map((bytes) => Buffer.from(bytes).toString("latin1"));
      for (const [name, value] of pairs(texts)) line("<", header(name, value));
      settle(request, String(statusCode));
    },
    "undici:request:error": ({ request, error }: Message) => {
      const reason = error?.code ?? error?.name ?? "failed";
      line("!", `${new Date().toISOString()} ${reason} after ${inSeconds(took(request))} s`);
      settle(request, reason);
    },
  };
  const listeners = Object.entries(on).map(([channel, listener]) => {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what undici documents; the tests see real requests
    const heard = (message: unknown) => listener(message as Message);
    subscribe(channel, heard);
    return [channel, heard] as const;
  });
  return {
    end() {
      for (const [channel, heard] of listeners) unsubscribe(channel, heard);
      if (timing) write(timingTable(timed, count, total));
    },
  };
}

function timingTable(timed: readonly Timed[], count: number, total: number): string {
  const width = Math.max("RESULT".length, ...timed.map(({ result }) => result.length));
  const row = (seconds: string, result: string, request: string) =>
    `${seconds.padStart(8)}  ${result.padEnd(width)}  ${safeText(request)}\n`;
  const rows = timed.map(({ seconds, result, request }) => row(inSeconds(seconds), result, request));
  const rest = count - timed.length;
  return [
    row("SECONDS", "RESULT", "REQUEST"),
    ...rows,
    ...(rest === 0 ? [] : [row("", "", `${rest} more`)]),
    row(inSeconds(total), "", `${count} request${count === 1 ? "" : "s"}`),
  ].join("");
}

function described({ method, origin, path }: Message["request"]): string {
  return `${method} ${String(origin)}${path}`;
}

function header(name: string, value: string): string {
  return `${name}: ${SECRET.has(name.toLowerCase()) ? "[hidden]" : value}`;
}

function* pairs(flat: readonly string[]): Generator<readonly [string, string]> {
  for (let at = 0; at + 1 < flat.length; at += 2) yield [flat[at] ?? "", flat[at + 1] ?? ""];
}

function inSeconds(seconds: number): string {
  return seconds.toFixed(3);
}

function writeError(text: string): void {
  process.stderr.write(text);
}
