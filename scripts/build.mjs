// Builds with turbo. With --quiet, and for the scripts that import this, what turbo says
// shows only when the build fails.
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";

export function build({ quiet = false, filter = "*" } = {}) {
  const turbo = fileURLToPath(import.meta.resolve("turbo/bin/turbo"));
  const args = [turbo, "run", "build", `--filter=${filter}`, ...(quiet ? ["--output-logs=errors-only"] : [])];
  const { status, stdout, stderr } = spawnSync(process.execPath, args, {
    stdio: quiet ? "pipe" : "inherit",
    env: { ...process.env, TURBO_TELEMETRY_DISABLED: "1", TURBO_NO_UPDATE_NOTIFIER: "1" },
  });
  if (status === 0) return;
  if (quiet) {
    process.stderr.write(stdout);
    process.stderr.write(stderr);
  }
  process.exit(status ?? 1);
}

if (import.meta.main) build({ quiet: process.argv.includes("--quiet") });
