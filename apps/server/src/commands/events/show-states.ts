import type { DestinationState, GivenUp } from "../../images/model/given-up.ts";
import { MOST_COUNTED } from "../../images/model/outbox.ts";

const NONE = 0;
const SOME = 1;

/** Prints what waits for each destination and what was given up. Resolves with 1 where something was given up. */
export async function showStates(
  events: GivenUp,
  named: readonly string[],
  output: "text" | "json",
): Promise<number> {
  const states = await events.states(named);
  process.stdout.write(
    output === "json" ? `${JSON.stringify(toJson(states, named), null, 2)}\n` : toText(states, named),
  );
  return states.some(({ givenUp }) => givenUp > 0) ? SOME : NONE;
}

function toJson(states: readonly DestinationState[], named: readonly string[]) {
  return {
    destinations: states.map(({ destination, waiting, oldest, givenUp }) => ({
      destination,
      is_set: named.includes(destination),
      waiting,
      oldest_waiting: oldest === null ? null : timeText(oldest),
      given_up: givenUp,
    })),
  };
}

function toText(states: readonly DestinationState[], named: readonly string[]): string {
  if (states.length === 0) return "Nothing is sent anywhere, and nothing waits.\n";
  const rows = states.map(({ destination, waiting, oldest, givenUp }) => [
    destination,
    counted(waiting),
    oldest === null ? "-" : timeText(oldest),
    counted(givenUp),
    named.includes(destination) ? "" : "no setting names it: drop-waiting or set it",
  ]);
  const table = [["destination", "waiting", "oldest", "given up", ""], ...rows];
  const widths = [0, 1, 2, 3].map((column) => Math.max(...table.map((row) => row[column]?.length ?? 0)));
  return table
    .map(
      (row) =>
        `${row
          .map((cell, column) => cell.padEnd(widths[column] ?? 0))
          .join("  ")
          .trimEnd()}\n`,
    )
    .join("");
}

function counted(number: number): string {
  return number >= MOST_COUNTED ? `${MOST_COUNTED} or more` : String(number);
}

/** Of microseconds since 1970, to the second. */
function timeText(microseconds: number): string {
  return `${new Date(microseconds / 1_000).toISOString().slice(0, 19)}Z`;
}
