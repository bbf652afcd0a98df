// Builds with turbo. With --quiet, and for the scripts that import this, what turbo says
// shows only when the build fails.
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";

export function build({ quiet = false, filter = "*" } = {}) {
  const args = ["run", "build", `--filter=${filter}`, ...(quiet ? ["--output-logs=errors-only"] : [])];
  const { status, stdout, stderr } = spawnSync(process.execPath, [turbo(), ...args], {
    stdio: quiet ? "pipe" : "inherit",
    env: { ...process.env, TURBO_TELEMETRY_DISABLED: "1", TURBO_NO_UPDATE_NOTIFIER: "1" },
  });
  if (status === 0) return;
  if (quiet) {
    process.stderr.write(stdout);
    process.stderr.write(stderr);
  }
  process.exit(1);
}

/** pnpm only warns when the install before a script fails, and runs the script all the same. */
function turbo() {
  try {
    return fileURLToPath(import.meta.resolve("turbo/bin/turbo"));
  } catch {
    console.error("The dependencies are not installed: see above, or try `npx -y pnpm@12 install`.");
    process.exit(1);
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) build({ quiet: process.argv.includes("--quiet") });
