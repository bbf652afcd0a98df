// Where a removal's time goes in our server, by a CPU profile of it under load.
import { fileURLToPath } from "node:url";
import { globSync, readFileSync } from "node:fs";
import { startServer } from "./lib/child-server.mjs";
import { newToken, ourServer } from "./lib/contestants.mjs";
import { groupOf, placeOf } from "./lib/profile-groups.mjs";
import { selfTimes, totalsBy } from "./lib/profile-times.mjs";
import { removalsOf } from "./lib/requests.mjs";
import { Seeder } from "./lib/seed.mjs";
import { sendAll } from "./lib/send-all.mjs";
import { alignColumns } from "./lib/table.mjs";
import { tempFolder } from "./lib/temp-folder.mjs";
import { parseOptions, runCommand, wholeNumber } from "./lib/usage.mjs";
import { withCleanup } from "./lib/with-cleanup.mjs";

const HELP = `Shows where a removal's time goes in the server.

Usage: node bench/profile.mjs [options]

  --connections N  (default: 32)
  --count N        removals (default: 20000)
  --functions      the forty functions that take most, instead of groups
  -h, --help       print this text
`;
const FUNCTIONS_SHOWN = 40;
/** The server as modules: in its bundle a part cannot be told from another. */
const MODULES = fileURLToPath(new URL("../apps/server/dist/main.js", import.meta.url));

const PROFILE = ["--cpu-prof", "--cpu-prof-interval=500", "--cpu-prof-dir"];

/**
 * @param {number} connections
 * @param {number} count
 * @param {AsyncDisposableStack} stack
 */
async function profile(connections, count, stack) {
  const folder = tempFolder(stack);
  const token = newToken();
  const program = { ...ourServer(folder, token, [...PROFILE, folder]), script: MODULES };
  const server = await startServer(program, folder, stack);
  const seeder = new Seeder(server.port, token);
  const removeAll = async () =>
    sendAll(server.port, removalsOf(await seeder.makeTags(count), token), connections);
  // Once for the compiler, then for the profile.
  await removeAll();
  const measure = await removeAll();
  // The profile is written when the server ends.
  await server.stop();
  const times = globSync(`${folder}/*.cpuprofile`).flatMap((file) =>
    selfTimes(JSON.parse(readFileSync(file, "utf8")), measure.span),
  );
  return { measure, times };
}

await runCommand(async (args) => {
  const options = parseOptions(args, {
    connections: { type: "string", default: "32" },
    count: { type: "string", default: "20000" },
    functions: { type: "boolean", default: false },
    help: { type: "boolean", short: "h", default: false },
  });
  if (options.help) {
    process.stdout.write(HELP);
    return;
  }
  const connections = wholeNumber("--connections", options.connections, 1000);
  const count = wholeNumber("--count", options.count, 1_000_000);
  const { measure, times } = await withCleanup((stack) => profile(connections, count, stack));
  const keyOf = options.functions ? placeOf : groupOf;
  const lines = totalsBy(times, keyOf)
    .slice(0, FUNCTIONS_SHOWN)
    .map(({ key, microseconds }) => [key, (microseconds / measure.done).toFixed(1)]);
  process.stdout.write(
    `${measure.done} removals over ${connections} connections in ${measure.seconds.toFixed(1)} s with the profiler on; ` +
      `Node.js ${process.version}\n\n` +
      `${alignColumns([["µs per removal", ""], ...lines], 0)}\n`,
  );
});
