import { Option, type CommandUnknownOpts } from "@commander-js/extra-typings";
import type { Verbosity } from "../terminal/notes.ts";
import { isGiven } from "./given-value.ts";

/** How much is told besides the result. */
export interface ReportOptions {
  readonly verbosity: Verbosity;
  /** Each request and each reply. */
  readonly debug: boolean;
  /** How long each request took. */
  readonly timing: boolean;
}

/** The options that say how much is told. */
export function reportOptions(): Option[] {
  return [
    new Option("-v, --verbose", "tell more: which image service, and of each change").conflicts("quiet"),
    new Option("-q, --quiet", "tell only results and failures"),
    new Option("--debug", "show each request and reply; secrets are hidden"),
    new Option("--timing", "tell at the end how long each request took"),
  ];
}

/** Reads them. */
export function readReportOptions(command: CommandUnknownOpts): ReportOptions {
  const verbosity = isGiven(command, "quiet") ? "quiet" : isGiven(command, "verbose") ? "verbose" : "usual";
  return { verbosity, debug: isGiven(command, "debug"), timing: isGiven(command, "timing") };
}
