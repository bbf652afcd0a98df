// Where a removal's time goes in our server, by a CPU profile of it under load.
import { fileURLToPath } from "node:url";
import { globSync, readFileSync } from "node:fs";
import { startServer } from "@imagetags/testing/server/start-server";
import { temporaryFolder } from "@imagetags/testing/temporary-folder";
import { newToken, ourServer } from "./lib/contestants.ts";
import { groupOf, placeOf } from "./lib/profile-groups.ts";
import { selfTimes, totalsBy } from "./lib/profile-times.ts";
import { removalsOf } from "./lib/requests.ts";
import { Seeder } from "./lib/seed.ts";
import { sendAll } from "./lib/send-all.ts";
import { alignColumns } from "./lib/table.ts";
import { parseOptions, runCommand, wholeNumber } from "./lib/usage.ts";
import { withCleanup } from "./lib/with-cleanup.ts";

const HELP = `Shows where a removal's time goes in the server.

Usage: node bench/profile.ts [options]

  --connections N  (default: 32)
  --count N        removals (default: 20000)
  --functions      the forty functions that take most, instead of groups
  -h, --help       print this text
`;
const FUNCTIONS_SHOWN = 40;
/** The server as modules: in its bundle a part cannot be told from another. */
const MODULES = fileURLToPath(new URL("../apps/server/dist/main.js", import.meta.url));

const PROFILE = ["--cpu-prof", "--cpu-prof-interval=500", "--cpu-prof-dir"];

async function profile(connections: number, count: number, stack: AsyncDisposableStack) {
  const folder = stack.use(temporaryFolder("bench"));
  const token = newToken();
  const nodeOptions = [...PROFILE, folder.path];
  const server = stack.use(await startServer({ ...ourServer(token), nodeOptions, script: MODULES }));
  const seeder = new Seeder(server.port, token);
  const removeAll = async () =>
    sendAll(server.port, removalsOf(await seeder.makeTags(count), token), connections);
  // Once for the compiler, then for the profile.
  await removeAll();
  const measure = await removeAll();
  // The profile is written when the server ends.
  await server.stop();
  const times = globSync(folder.at("*.cpuprofile")).flatMap((file) =>
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
