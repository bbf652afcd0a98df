// Removals per second with callers known by Keystone, whose tokens are in the cache, beside static tokens.
import { StandInKeystone } from "@imagetags/testing/keystone/stand-in-keystone";
import { startServer } from "@imagetags/testing/server/start-server";
import { newToken, ourServer } from "./lib/contestants.ts";
import { removalsOf } from "./lib/requests.ts";
import { Seeder } from "./lib/seed.ts";
import { sendAll } from "./lib/send-all.ts";
import { median } from "./lib/statistics.ts";
import { alignColumns } from "./lib/table.ts";
import { parseOptions, runCommand, wholeNumber } from "./lib/usage.ts";
import { withCleanup } from "./lib/with-cleanup.ts";

const HELP = `Measures removals per second with Keystone's tokens, from the cache, beside static tokens.

Usage: node bench/keystone.ts [options]

  --rounds N  rounds; the table shows their medians (default: 5)
  --count N   removals per measure (default: 10000)
  --short     one round of few removals: shows that the bench works, not how fast anything is
  -h, --help  print this text
`;

/** Connections at once. */
const LOADS = [1, 32];

type Result = { name: string; connections: number; perSecond: number };

async function measure(rounds: number, count: number, stack: AsyncDisposableStack) {
  const token = newToken();
  const keystone = stack.use(await StandInKeystone.start());
  keystone.know(token, { userId: "bench", projectId: "bench", roles: ["member", "reader"] });
  const names = ["static", "keystone"];
  const servers = [];
  for (const name of names) {
    const settings = name === "keystone" ? keystone.env : {};
    const { port } = stack.use(await startServer(ourServer(token, settings)));
    servers.push({ name, port });
  }
  const results: Result[] = [];
  for (let round = 0; round <= rounds; round += 1) {
    for (const connections of LOADS) {
      // Each goes first as often as the other.
      for (const { name, port } of round % 2 === 0 ? servers : servers.toReversed()) {
        const images = await new Seeder(port, token).makeTags(
          connections === 1 ? Math.ceil(count / 5) : count,
        );
        const { done, seconds } = await sendAll(port, removalsOf(images, token), connections);
        // The first round warms up.
        if (round > 0) results.push({ name, connections, perSecond: done / seconds });
      }
    }
  }
  return { results, questions: keystone.questions.length };
}

function toTable(results: readonly Result[]) {
  const lines = LOADS.map((connections) => {
    const rates = (name: string) =>
      results
        .filter((result) => result.name === name && result.connections === connections)
        .map(({ perSecond }) => perSecond);
    const known = rates("static");
    const asked = rates("keystone");
    const ratio = median(asked.map((rate, round) => rate / (known[round] ?? NaN)));
    return [String(connections), median(known).toFixed(0), median(asked).toFixed(0), ratio.toFixed(2)];
  });
  return alignColumns([["connections", "static per second", "keystone per second", "ratio"], ...lines], -1);
}

await runCommand(async (args) => {
  const values = parseOptions(args, {
    rounds: { type: "string", default: "5" },
    count: { type: "string", default: "10000" },
    short: { type: "boolean", default: false },
    help: { type: "boolean", short: "h", default: false },
  });
  if (values.help) {
    process.stdout.write(HELP);
    return;
  }
  const rounds = values.short ? 1 : wholeNumber("--rounds", values.rounds, 100);
  const count = values.short ? 500 : wholeNumber("--count", values.count, 1_000_000);
  const { results, questions } = await withCleanup((stack) => measure(rounds, count, stack));
  process.stdout.write(
    `Removals of a tag, callers known by static tokens and by Keystone; Node.js ${process.version}\n` +
      `Medians of ${rounds} ${rounds === 1 ? "round" : "rounds"}; Keystone was asked about tokens ${questions} times in all\n\n` +
      `${toTable(results)}\n`,
  );
});
