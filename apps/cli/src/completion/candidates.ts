import type { CommandUnknownOpts, Option } from "@commander-js/extra-typings";

/** What may be typed at a place: fixed words, or something that the cloud or the file system knows. */
export type Place =
  | { readonly kind: "words"; readonly candidates: readonly Candidate[] }
  | { readonly kind: "files" }
  | { readonly kind: "images" }
  | { readonly kind: "tags"; readonly image: string | undefined };

/** A word that may be typed, and what it means. */
export interface Candidate {
  readonly word: string;
  readonly meaning?: string;
}

/** The cursor's place, as far as the words before it tell. */
export interface CursorPlace {
  readonly place: Place;
  /** What stands before the value in the word at the cursor: `--tag=`, or nothing. */
  readonly prefix: string;
  /** What is typed of the value. */
  readonly typed: string;
  /** The options before the cursor with their values, as they were typed. */
  readonly options: readonly string[];
}

const NOTHING: Place = { kind: "words", candidates: [] };

/** Finds out what the last of the words, which may be empty, is about to become. */
export function placeOfCursor(program: CommandUnknownOpts, words: readonly string[]): CursorPlace {
  const typed = words.at(-1) ?? "";
  let command = program;
  const operands: string[] = [];
  const options: string[] = [];
  let waiting: Option | undefined;
  let onlyOperands = false;
  for (const word of words.slice(0, -1)) {
    if (waiting !== undefined) {
      options.push(word);
      waiting = undefined;
    } else if (!onlyOperands && word === "--") {
      onlyOperands = true;
    } else if (!onlyOperands && word.startsWith("-") && word !== "-") {
      options.push(word);
      waiting = word.includes("=") ? undefined : takesValue(command, word);
    } else {
      const subcommand = command.commands.find((candidate) => candidate.name() === word);
      if (command === program && subcommand !== undefined) command = subcommand;
      else operands.push(word);
    }
  }
  const at = (place: Place, prefix = "", value = typed) => ({ place, prefix, typed: value, options });

  if (waiting !== undefined) return at(placeOfValue(waiting));
  const equals = typed.indexOf("=");
  if (!onlyOperands && typed.startsWith("--") && equals > 0) {
    const option = takesValue(command, typed.slice(0, equals));
    const place = option === undefined ? NOTHING : placeOfValue(option);
    return at(place, typed.slice(0, equals + 1), typed.slice(equals + 1));
  }
  if (!onlyOperands && typed.startsWith("-")) return at({ kind: "words", candidates: optionWords(command) });
  if (command === program) return at({ kind: "words", candidates: commandWords(program) });
  return at(placeOfOperand(program, command, operands, options));
}

function takesValue(command: CommandUnknownOpts, flag: string): Option | undefined {
  return command.options.find((option) => option.required && [option.short, option.long].includes(flag));
}

function placeOfValue({ long, argChoices }: Option): Place {
  if (argChoices !== undefined) return { kind: "words", candidates: argChoices.map((word) => ({ word })) };
  switch (long) {
    case "--tag":
    case "--not-tag":
      return { kind: "tags", image: undefined };
    case "--image":
    case "--to":
    case "--from":
    case "--name":
      return { kind: "images" };
    case "--token-file":
    case "--os-cacert":
      return { kind: "files" };
    default:
      return NOTHING;
  }
}

function placeOfOperand(
  program: CommandUnknownOpts,
  command: CommandUnknownOpts,
  operands: readonly string[],
  options: readonly string[],
): Place {
  const [argument] = command.registeredArguments;
  if (argument?.argChoices !== undefined && operands.length === 0) {
    return { kind: "words", candidates: argument.argChoices.map((word) => ({ word })) };
  }
  const [image] = operands;
  switch (command.name()) {
    case "help":
      return operands.length === 0 ? { kind: "words", candidates: commandWords(program) } : NOTHING;
    case "show":
    case "history":
      return image === undefined ? { kind: "images" } : NOTHING;
    case "clear":
      return image === undefined ? { kind: "images" } : NOTHING;
    case "rename":
      return operands.length < 2 ? { kind: "tags", image: undefined } : NOTHING;
    case "move":
      return image === undefined ? { kind: "tags", image: undefined } : NOTHING;
    case "add":
    case "set":
      if (options.includes("--everywhere")) return { kind: "tags", image: undefined };
      return image === undefined ? { kind: "images" } : { kind: "tags", image: undefined };
    case "remove":
      if (options.includes("--everywhere")) return { kind: "tags", image: undefined };
      return image === undefined ? { kind: "images" } : { kind: "tags", image };
    default:
      return NOTHING;
  }
}

function commandWords(program: CommandUnknownOpts): Candidate[] {
  return program
    .createHelp()
    .visibleCommands(program)
    .map((command) => ({ word: command.name(), meaning: command.description() }));
}

function optionWords(command: CommandUnknownOpts): Candidate[] {
  const help = command.createHelp().visibleOptions(command);
  return [...new Set([...help, ...command.options])].flatMap(({ long, description }) =>
    long === undefined || long === null ? [] : [{ word: long, meaning: description }],
  );
}
