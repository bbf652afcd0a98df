import { CommanderError, type CommandUnknownOpts } from "@commander-js/extra-typings";
import { EXIT, UsageError } from "./exit-code.ts";
import { createProgram } from "./program.ts";
import { InterruptedError } from "./terminal/interruption.ts";

/** Does what the arguments say, and sets the exit code of the process. */
export async function run(args: readonly string[]): Promise<void> {
  const program = createProgram();
  let current = program;
  program.hook("preAction", (_, command) => void (current = command));
  for (const command of [program, ...program.commands]) withoutExit(command);
  try {
    await program.parseAsync(args, { from: "user" });
  } catch (error) {
    process.exitCode = await exitCodeOf(error, current);
  }
}

async function exitCodeOf(error: unknown, command: CommandUnknownOpts): Promise<number> {
  // commander has told of it already. Help and version end this way too, with 0.
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.done : EXIT.usage;
  if (error instanceof InterruptedError) return error.exitCode;
  const { explain } = await import("./explain.ts");
  const { lines, exitCode } = explain(error);
  const hint = error instanceof UsageError && error.helps ? [seeHelp(command)] : [];
  process.stderr.write(
    `${[...lines, ...hint].map((line, index) => (index === 0 ? `imagetags: ${line}` : line)).join("\n")}\n`,
  );
  return exitCode;
}

/** commander would end the process by itself, with 1, and before what was written is out. */
function withoutExit(command: CommandUnknownOpts): void {
  command
    .exitOverride()
    .showHelpAfterError(seeHelp(command))
    .configureOutput({
      outputError: (text, write) => write(text.replace(/^error: /, "imagetags: ")),
    });
}

function seeHelp(command: CommandUnknownOpts): string {
  return command.parent === null ? "See imagetags --help." : `See imagetags ${command.name()} --help.`;
}
