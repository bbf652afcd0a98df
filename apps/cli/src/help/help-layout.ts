import type { CommandUnknownOpts, Help } from "@commander-js/extra-typings";
import { openstackOptions } from "../options/cloud-options.ts";
import { ENVIRONMENT, EXIT_CODES } from "./common-text.ts";
import { examplesOf } from "./examples.ts";

/** The least width of a description beside its term; a narrower one goes below. */
const LEAST_BESIDE = 30;
const INDENT = 2;
const GAP = 2;
/** How wide help is where there is no terminal. */
const USUAL_WIDTH = 80;

/** Lets the help of a command fit the terminal, and adds what follows its options. */
export function layOutHelp(command: CommandUnknownOpts): void {
  command.configureHelp({ formatItem }).addHelpText("after", () => textAfter(command, helpWidth()));
  command.configureOutput({ getOutHelpWidth: helpWidth, getErrHelpWidth: helpWidth });
}

function helpWidth(): number {
  return process.stdout.isTTY && process.stdout.columns > 0 ? process.stdout.columns : USUAL_WIDTH;
}

function formatItem(this: Help, term: string, termWidth: number, description: string, helper: Help): string {
  return item(term, termWidth, description, helper.helpWidth ?? USUAL_WIDTH);
}

/** A term and its meaning beside it, or below it where there is not enough room. */
function item(term: string, termWidth: number, meaning: string, width: number): string {
  const beside = width - INDENT - termWidth - GAP;
  const indent = (lines: readonly string[], by: number) => lines.join(`\n${" ".repeat(by)}`);
  if (beside < LEAST_BESIDE) return `  ${term}\n      ${indent(wrapped(meaning, width - 6), 6)}`;
  const lines = wrapped(meaning, beside);
  return `  ${term.padEnd(termWidth + GAP)}${indent(lines, INDENT + termWidth + GAP)}`.trimEnd();
}

function textAfter(command: CommandUnknownOpts, width: number): string {
  const isProgram = command.parent === null;
  return [
    ...(isProgram ? programText(width) : []),
    ...(examplesOf(command).length === 0 ? [] : ["", "Examples:", exampleText(command, width)]),
    ...(isProgram ? ["", "Exit codes:", ...terms(EXIT_CODES, width)] : []),
    ...(isProgram || command.options.every(({ long }) => long !== "--os-cloud")
      ? []
      : ["", ...wrapped("How to say which cloud, and how much is told: imagetags --help", width)]),
  ].join("\n");
}

function programText(width: number): string[] {
  const names = openstackOptions().map(({ long }) => long ?? "");
  return [
    "",
    ...wrapped("openstackclient's options are taken too:", width),
    ...columns(names, width),
    "",
    ...wrapped("Where no option says which cloud, the environment does:", width),
    ...terms(ENVIRONMENT, width),
  ];
}

function exampleText(command: CommandUnknownOpts, width: number): string {
  return examplesOf(command)
    .map(([args, meaning]) => {
      const words = wrapped(`imagetags ${args}`, width - INDENT - 4);
      // A line of a shell goes on after a backslash.
      const lines = words.map((line, index) => `  ${index === 0 ? "" : "  "}${line}`).join(" \\\n");
      return `${wrapped(meaning, width - 4)
        .map((line) => `  # ${line}`)
        .join("\n")}\n${lines}`;
    })
    .join("\n\n");
}

/** Terms and their meanings, laid out as options are. */
function terms(entries: readonly (readonly [term: string, meaning: string])[], width: number): string[] {
  const longest = Math.max(...entries.map(([term]) => term.length));
  return entries.map(([term, meaning]) => item(term, longest, meaning, width));
}

/** Words in as many columns as fit, two at most, read downwards. */
function columns(words: readonly string[], width: number): string[] {
  const each = Math.max(...words.map((word) => word.length)) + GAP;
  const count = width >= INDENT + 2 * each - GAP ? 2 : 1;
  const rows = Math.ceil(words.length / count);
  return Array.from({ length: rows }, (_, row) =>
    `  ${(words[row] ?? "").padEnd(each)}${count === 1 ? "" : (words[row + rows] ?? "")}`.trimEnd(),
  );
}

/** Text in lines that are no wider than that, unless a word is. */
function wrapped(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    if (line !== "" && line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else {
      line = line === "" ? word : `${line} ${word}`;
    }
  }
  return [...lines, line];
}
