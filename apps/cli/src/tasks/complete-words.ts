import { Command, type CommandUnknownOpts } from "@commander-js/extra-typings";
import { connect } from "../cloud/connect.ts";
import { placeOfCursor, type Candidate, type CursorPlace } from "../completion/candidates.ts";
import { cloudWords, isTypable } from "../completion/cloud-words.ts";
import type { Shell } from "../completion/scripts.ts";
import { bashReplacement, splitLine } from "../completion/shell-words.ts";
import { cloudOptions, readCloudOptions } from "../options/cloud-options.ts";

/** A person waits at the keyboard, so the search ends early. */
const TIME_LIMIT_MS = 3000;

/**
 * Prints what the word at the cursor may become. `words` are those that were typed; from bash it is the line and
 * `COMP_WORDBREAKS` instead, since bash splits words in a way of its own.
 */
export async function completeWords(
  program: CommandUnknownOpts,
  shell: Shell,
  words: readonly string[],
): Promise<void> {
  const line = shell === "bash" ? splitLine(words[0] ?? "") : undefined;
  const cursor = placeOfCursor(program, line === undefined ? words : line.words.slice(1));
  if (cursor.place.kind === "files") {
    process.stdout.write("files\n");
    return;
  }
  const candidates = await candidatesAt(cursor);
  const lines = candidates
    .filter((candidate) => isTypable(candidate) && candidate.word.startsWith(cursor.typed))
    .flatMap(({ word, meaning }) => {
      if (line !== undefined) {
        return bashReplacement(cursor.prefix + word, line.current, words[1] ?? "") ?? [];
      }
      // zsh takes the prefix off itself; fish wants the whole word.
      const whole = shell === "fish" ? cursor.prefix + word : word;
      return meaning === undefined ? whole : `${whole}\t${meaning}`;
    });
  process.stdout.write(`${["words", ...lines].join("\n")}\n`);
}

async function candidatesAt({ place, typed, options }: CursorPlace): Promise<readonly Candidate[]> {
  if (place.kind === "words") return place.candidates;
  if (place.kind === "files") return [];
  const cloud = cloudGiven(options);
  // Standard input is the shell's, and is not to be read here.
  if (cloud.tokenFile === "-") return [];
  const { client } = await connect({ ...cloud, timeoutMs: TIME_LIMIT_MS });
  return await cloudWords(client, place, typed, AbortSignal.timeout(TIME_LIMIT_MS));
}

function cloudGiven(options: readonly string[]) {
  const command = new Command().allowUnknownOption().allowExcessArguments();
  for (const option of cloudOptions()) command.addOption(option);
  command.exitOverride().configureOutput({ writeErr: () => undefined });
  return readCloudOptions(command.parse(options, { from: "user" }));
}
