/** How much is told besides results and failures. */
export type Verbosity = "quiet" | "usual" | "verbose";

let verbosity: Verbosity = "usual";

/** Says how much this process tells. */
export function setVerbosity(wanted: Verbosity): void {
  verbosity = wanted;
}

/** How much it tells. */
export function currentVerbosity(): Verbosity {
  return verbosity;
}

/** Tells a person something that is neither a result nor a failure; not when all is to be quiet. */
export function note(text: string): void {
  if (verbosity !== "quiet") process.stderr.write(`${text}\n`);
}

/** Tells a person something that only `--verbose` asks for. */
export function detail(text: string): void {
  if (verbosity === "verbose") process.stderr.write(`${text}\n`);
}
