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

/** The thread's number in the name of its profile: 0 is the main one. Source: Node.js, `--cpu-prof-name`. */
const THREAD = /\.(\d+)\.\d+\.cpuprofile$/;
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
  // The profiles are written when the server ends, one for each thread.
  await server.stop();
  const profiles = globSync(`${folder}/*.cpuprofile`).map((file) => ({
    isMain: THREAD.exec(file)?.[1] === "0",
    times: selfTimes(JSON.parse(readFileSync(file, "utf8")), measure.span),
  }));
  const timesOf = (/** @type {boolean} */ main) =>
    profiles.filter(({ isMain }) => isMain === main).flatMap(({ times }) => times);
  return { measure, threads: [timesOf(true), timesOf(false)] };
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
  const { measure, threads } = await withCleanup((stack) => profile(connections, count, stack));
  const keyOf = options.functions ? placeOf : groupOf;
  const totals = threads.map((times) => new Map(totalsBy(times, keyOf).map((total) => [total.key, total])));
  const lines = totalsBy(threads.flat(), keyOf)
    .slice(0, FUNCTIONS_SHOWN)
    .map(({ key }) => [
      key,
      ...totals.map((total) => ((total.get(key)?.microseconds ?? 0) / measure.done).toFixed(1)),
    ]);
  process.stdout.write(
    `${measure.done} removals over ${connections} connections in ${measure.seconds.toFixed(1)} s with the profiler on; ` +
      `Node.js ${process.version}\n\n` +
      `${alignColumns([["µs per removal", "main thread", "removal thread"], ...lines], 0)}\n`,
  );
});
