import { parseArgs } from "node:util";
import { ConfigError, readConfig, type Config } from "../../config/config.ts";
import type { Chosen, GivenUp } from "../../images/model/given-up.ts";
import { namesOf } from "../../notifications/destinations.ts";
import { describeDatabase } from "../../store/database-url.ts";
import { SqlGivenUp } from "../../store/outbox/sql-given-up.ts";
import type { Command } from "../command.ts";
import { confirm } from "../confirm.ts";
import { openMaintained } from "../maintained-database.ts";
import { EVENTS_HELP } from "./events-help.ts";
import { listGivenUp } from "./list-given-up.ts";
import { showStates } from "./show-states.ts";

const DONE = 0;
const NOT_DONE = 1;

const EVENT_ID = /^[\da-f]{8}-[\da-f]{4}-7[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/i;

const ACTIONS = {
  retry: "leave to be sent once more",
  drop: "forget for good, given up as they are,",
  "drop-waiting": "forget for good, before they were sent,",
} as const;

type Options = Readonly<Record<"all" | "yes", boolean>> & { readonly output: "text" | "json" };

/** Shows what waits to be sent and what was given up, and has it sent once more or forgotten. */
export const eventsCommand: Command = {
  name: "events",
  summary:
    "what waits to be sent by notifications and what was given up; given-up, retry, drop, drop-waiting; `events --help`",
  help: EVENTS_HELP,
  async run(args, env) {
    const { values, positionals } = parseArgs({
      args: [...args],
      options: {
        all: { type: "boolean", default: false },
        yes: { type: "boolean", default: false },
        output: { type: "string", default: "text" },
      },
      allowPositionals: true,
    });
    const { output } = values;
    if (output !== "text" && output !== "json") {
      throw new ConfigError(`--output must be "text" or "json", not "${output}".`);
    }
    const work = workOf(positionals, { ...values, output });
    const config = readConfig(env);
    const opened = await openMaintained(config.database);
    try {
      if (!opened.database.hasOutbox) {
        throw new ConfigError(
          `The database ${describeDatabase(config.database.location)} has no tables for notifications; ` +
            `"imagetags-server migrate --alongside" makes them.`,
        );
      }
      return await work(new SqlGivenUp(opened.database), config);
    } finally {
      await opened.store.close();
    }
  },
};

/** What is asked for, before anything is opened for it. */
function workOf(
  [action, destination, ...ids]: readonly string[],
  options: Options,
): (events: GivenUp, config: Config) => Promise<number> {
  const { all, yes, output } = options;
  const isChange = action === "retry" || action === "drop" || action === "drop-waiting";
  if (!isChange && (all || yes))
    throw new ConfigError("--all and --yes are for retry, drop and drop-waiting.");
  if (isChange) {
    if (output === "json") throw new ConfigError("--output json is for events and events given-up.");
    const chosen = chosenBy(action, destination, { ids, all });
    return (events) => change(events, action, chosen, yes);
  }
  if (action === undefined) return (events, { notify }) => showStates(events, namesOf(notify), output);
  if (action !== "given-up") {
    throw new ConfigError(`"events" has no action "${action}"; see "imagetags-server events --help".`);
  }
  if (ids.length > 0) throw new ConfigError('"events given-up" takes one destination at most.');
  return (events) => listGivenUp(events, destination, output);
}

function chosenBy(
  action: keyof typeof ACTIONS,
  destination: string | undefined,
  { ids, all }: { readonly ids: readonly string[]; readonly all: boolean },
): Chosen {
  if (destination === undefined || all === ids.length > 0) {
    throw new ConfigError(`"events ${action}" takes a destination, and ids of events or --all.`);
  }
  const wrong = ids.find((id) => !EVENT_ID.test(id));
  if (wrong !== undefined) throw new ConfigError(`"${wrong}" is no id of an event.`);
  return { destination, ids: all ? "all" : [...new Set(ids.map((id) => id.toLowerCase()))] };
}

async function change(
  events: GivenUp,
  action: keyof typeof ACTIONS,
  chosen: Chosen,
  yes: boolean,
): Promise<number> {
  const { destination, ids } = chosen;
  const what = ids === "all" ? "All events" : `${ids.length} events`;
  if (action !== "retry" && !yes) {
    const isAgreed = await confirm(`${what} for ${destination}: ${ACTIONS[action]} now?`);
    if (!isAgreed) {
      process.stderr.write("imagetags-server: Nothing was done; --yes does it without a question.\n");
      return NOT_DONE;
    }
  }
  const done = await does[action](events, chosen);
  const verb = action === "retry" ? "are sent once more" : "are forgotten";
  process.stdout.write(`${done} events for ${destination} ${verb}.\n`);
  const missing = ids === "all" ? (done === 0 ? "None was there." : "") : missingOf(ids.length - done);
  if (missing === "") return DONE;
  process.stderr.write(`imagetags-server: ${missing}\n`);
  return NOT_DONE;
}

const does: Readonly<Record<keyof typeof ACTIONS, (events: GivenUp, chosen: Chosen) => Promise<number>>> = {
  retry: (events, chosen) => events.retry(chosen),
  drop: (events, chosen) => events.drop(chosen),
  "drop-waiting": (events, chosen) => events.dropWaiting(chosen),
};

function missingOf(count: number): string {
  return count === 0 ? "" : `${count} of the events were not there.`;
}
