// Where a removal's time goes in our server, by a CPU profile of it under load.
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
const PROFILE = ["--cpu-prof", "--cpu-prof-interval=500", "--cpu-prof-dir"];

/**
 * @param {number} connections
 * @param {number} count
 * @param {AsyncDisposableStack} stack
 */
async function profile(connections, count, stack) {
  const folder = tempFolder(stack);
  const token = newToken();
  const server = await startServer(ourServer(folder, token, [...PROFILE, folder]), folder, stack);
  const seeder = new Seeder(server.port, token);
  const removeAll = async () =>
    sendAll(server.port, removalsOf(await seeder.makeTags(count), token), connections);
  // Once for the compiler, then for the profile.
  await removeAll();
  const measure = await removeAll();
  // The profile is written when the server ends.
  await server.stop();
  const [file] = globSync(`${folder}/*.cpuprofile`);
  if (file === undefined) throw new Error("The server wrote no profile.");
  return { measure, times: selfTimes(JSON.parse(readFileSync(file, "utf8")), measure.span) };
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
  const totals = totalsBy(times, options.functions ? placeOf : groupOf);
  const all = totals.reduce((sum, { microseconds }) => sum + microseconds, 0);
  const lines = totals
    .slice(0, FUNCTIONS_SHOWN)
    .map(({ key, microseconds }) => [
      key,
      `${((microseconds / all) * 100).toFixed(1)} %`,
      (microseconds / measure.done).toFixed(1),
    ]);
  process.stdout.write(
    `${measure.done} removals over ${connections} connections in ${measure.seconds.toFixed(1)} s with the profiler on; ` +
      `Node.js ${process.version}\n\n` +
      `${alignColumns([["where", "of the time", "µs per removal"], ...lines], 0)}\n`,
  );
});
