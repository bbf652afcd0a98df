import { Option, type CommandUnknownOpts } from "@commander-js/extra-typings";
import { givenText } from "./given-value.ts";
import { moment, nonEmpty } from "./values.ts";

/** When, by whom and in which request tags were changed. */
export interface EventChoice {
  /** ISO 8601. */
  readonly since: string | undefined;
  readonly until: string | undefined;
  readonly user: string | undefined;
  readonly request: string | undefined;
}

/** The options that say which changes of tags. */
export function eventOptions(): Option[] {
  return [
    new Option(
      "--since <TIME>",
      "from then on: an age, such as 2h or 7d, or a time as ISO 8601 writes it",
    ).argParser(moment),
    new Option("--until <TIME>", "before then, written alike").argParser(moment),
    new Option("--user <USER>", "by this user, by the id").argParser(nonEmpty),
    new Option("--request <ID>", "in this request, by the id that the server gave it").argParser(nonEmpty),
  ];
}

/** Reads them. */
export function readEventChoice(command: CommandUnknownOpts): EventChoice {
  return {
    since: givenText(command, "since"),
    until: givenText(command, "until"),
    user: givenText(command, "user"),
    request: givenText(command, "request"),
  };
}
