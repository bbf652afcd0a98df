import { accessSync, constants, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";
import { runToEnd } from "@imagetags/testing/processes/run-to-end";
import { temporaryFolder } from "@imagetags/testing/temporary-folder";

const SCRIPT = fileURLToPath(new URL("wrk.lua", import.meta.url));
const RESULT = /^RESULT (.*)$/m;

/** What wrk found. Whether a request was answered that was under way at the end is not known. */
interface WrkMeasure {
  /** Requests that were sent, or nearly: of those that wrk takes up, a few may wait for their time at the end. */
  readonly sent: number;
  /** Answers. */
  readonly done: number;
  /** Answers of a status of 400 and more, among them. */
  readonly refused: number;
  /** Connections that could not be made or broke, and answers that did not come. */
  readonly broken: number;
  /** Without the pause for making connections that a rate begins with. */
  readonly seconds: number;
  /** Of the answers, in milliseconds. */
  readonly p50: number;
  /** Of the answers, in milliseconds. */
  readonly p99: number;
}

/** How wrk sends requests. */
interface WrkOptions {
  readonly port: number;
  /** They are sent in this order, and round again if there is time. */
  readonly requests: readonly Buffer[];
  readonly connections: number;
  /** A whole number: wrk knows no other. */
  readonly seconds: number;
  /** Requests a second, whatever becomes of those before. Without it a connection waits for its last answer alone. */
  readonly rate?: number;
}

/** Whether the load generator wrk is installed. */
export function hasWrk(): boolean {
  return (process.env["PATH"] ?? "").split(delimiter).some((folder) => {
    try {
      accessSync(join(folder, "wrk"), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

/** Sends requests by wrk, from one thread. Throws when a connection broke. */
export async function sendByWrk(options: WrkOptions): Promise<WrkMeasure> {
  const { port, requests, connections, seconds, rate } = options;
  using folder = temporaryFolder("wrk");
  const file = folder.at("requests");
  writeFileSync(file, Buffer.concat(requests));
  const load = ["--threads", "1", "--connections", String(connections), "--duration", `${seconds}s`];
  const output = await runToEnd(
    "wrk",
    [...load, "--timeout", "10s", "--script", SCRIPT, `http://127.0.0.1:${port}/`],
    { env: { REQUESTS: file, ...(rate !== undefined && { RATE: String(rate) }) } },
  );
  const result = RESULT.exec(output)?.[1];
  if (result === undefined) throw new Error(`wrk told no result:\n${output}`);
  const measure: WrkMeasure = JSON.parse(result);
  if (measure.broken > 0) throw new Error(`${measure.broken} requests were not answered:\n${output}`);
  return measure;
}
