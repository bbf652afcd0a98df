/** The most of each half of V8's young generation, in megabytes. */
const HALF = 8;

/**
 * Limits V8's young generation, unless the operator has. Under load it grows to 128 MB, of which next to
 * nothing is in use. V8 takes that limit only when it starts. So the process starts anew in its own place, with
 * the same id, arguments and environment, unless it was handed sockets. Where that is not possible it stays as it is.
 */
export function limitYoungGeneration(): void {
  const options = [...process.execArgv, process.env["NODE_OPTIONS"] ?? ""].join(" ");
  if (/--max[-_]semi[-_]space[-_]size/.test(options) || process.platform === "win32") return;
  // Node closes what it was given beyond the usual three when it starts another program in its place.
  if (
    process.env["LISTEN_PID"] === String(process.pid) ||
    /\bfd:/.test(process.env["IMAGETAGS_LISTEN"] ?? "")
  )
    return;
  const limit = `--max-semi-space-size=${HALF}`;
  const args = [process.execPath, limit, ...process.execArgv, ...process.argv.slice(1)];
  try {
    // Node before 24.10 takes a missing environment for an empty one.
    process.execve?.(process.execPath, args, process.env);
  } catch {
    // Node's permission model may forbid it.
  }
}
