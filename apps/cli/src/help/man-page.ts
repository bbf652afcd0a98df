import type { CommandUnknownOpts, Option } from "@commander-js/extra-typings";
import { openstackOptions } from "../options/cloud-options.ts";
import { version } from "../package-version.ts";
import { ENVIRONMENT, EXIT_CODES, FILES } from "./common-text.ts";
import { examplesOf } from "./examples.ts";

/** A manual page and the name of its file. */
export interface ManPage {
  readonly file: string;
  readonly text: string;
}

/** The manual pages of a program: one of its own, and one for each command that is shown. */
export function manPages(program: CommandUnknownOpts): ManPage[] {
  const commands = program.createHelp().visibleCommands(program);
  return [program, ...commands].map((command) => ({
    file: `${pageName(command)}.1`,
    text: manPage(command, program),
  }));
}

function pageName(command: CommandUnknownOpts): string {
  return command.parent === null ? command.name() : `${command.parent.name()}-${command.name()}`;
}

/** Source: man(7), "Macro overview". */
function manPage(command: CommandUnknownOpts, program: CommandUnknownOpts): string {
  const help = command.createHelp();
  const isProgram = command === program;
  const name = pageName(command);
  const summary = (command.summary() || command.description()).replace(/\.$/, "");
  const lines = [
    `.TH ${name.toUpperCase()} 1 "" "imagetags ${version()}" "imagetags"`,
    ...section("NAME", `${escaped(name)} \\- ${escaped(summary)}`),
    ...section("SYNOPSIS", ...synopsis(command)),
    ...section("DESCRIPTION", escaped(command.description())),
    ...listSection(
      "ARGUMENTS",
      command.registeredArguments.map((argument) => entry(argument.name(), argument.description)),
    ),
    ...listSection(
      "COMMANDS",
      isProgram
        ? help
            .visibleCommands(command)
            .map((child) => entry(pageName(child), child.summary() || child.description(), "(1)"))
        : [],
    ),
    ...listSection("OPTIONS", optionEntries(help.visibleOptions(command))),
    ...(isProgram
      ? listSection(
          "OPTIONS OF OPENSTACKCLIENT",
          openstackOptions().map((option) => entry(option.flags, meaningOf(option))),
        )
      : []),
    ...listSection(
      "ENVIRONMENT",
      isProgram ? ENVIRONMENT.map(([variable, meaning]) => entry(variable, meaning)) : [],
    ),
    ...listSection("FILES", isProgram ? FILES.map(([file, meaning]) => entry(file, meaning)) : []),
    ...listSection(
      "EXIT STATUS",
      EXIT_CODES.map(([code, meaning]) => entry(code, meaning)),
    ),
    ...section("EXAMPLES", ...exampleLines(command)),
    ...section(
      "SEE ALSO",
      isProgram
        ? ".BR openstack (1)"
        : `.BR ${escaped(program.name())} (1),\nwhich tells how to say which cloud`,
    ),
  ];
  return `${lines.join("\n")}\n`;
}

function section(title: string, ...lines: readonly string[]): string[] {
  return [`.SH ${title}`, ...lines];
}

function listSection(title: string, entries: readonly string[]): string[] {
  return entries.length === 0 ? [] : section(title, ...entries);
}

function entry(term: string, meaning: string, suffix = ""): string {
  const head = suffix === "" ? `.B ${escaped(term)}` : `.BR ${escaped(term)} ${suffix}`;
  return `.TP\n${head}\n${escaped(meaning)}`;
}

/** Options under the headings that the help has for them too. */
function optionEntries(options: readonly Option[]): string[] {
  const groups = Map.groupBy(options, ({ helpGroupHeading: heading }) => heading);
  return [...groups].flatMap(([heading, members]) => [
    ...(heading === undefined ? [] : [`.SS ${escaped(heading.replace(/:$/, ""))}`]),
    ...members.map((option) => entry(option.flags, meaningOf(option))),
  ]);
}

function meaningOf({ description, argChoices }: Option): string {
  return argChoices === undefined ? description : `${description}: ${argChoices.join(", ")}`;
}

function synopsis(command: CommandUnknownOpts): string[] {
  const [first = "", ...rest] = command.usage().split("\n");
  const start = command.parent === null ? command.name() : `${command.parent.name()} ${command.name()}`;
  const lines = [`${start} ${first}`, ...rest.map((line) => line.trim())];
  return lines.flatMap((line, index) => [...(index === 0 ? [] : [".br"]), `.B ${escaped(line)}`]);
}

function exampleLines(command: CommandUnknownOpts): string[] {
  return examplesOf(command).flatMap(([args, meaning], index) => [
    ...(index === 0 ? [] : [".PP"]),
    `${escaped(meaning)}:`,
    ".PP",
    ".RS 4",
    ".nf",
    escaped(`imagetags ${args}`),
    ".fi",
    ".RE",
  ]);
}

/** Text that roff takes for nothing but text. Source: groff(7), "Escape sequences". */
function escaped(text: string): string {
  return text.replaceAll("\\", "\\e").replaceAll("-", "\\-").replaceAll("'", "\\(aq").replace(/^\./, "\\&.");
}
