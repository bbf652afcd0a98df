import { Argument, Command, type CommandUnknownOpts } from "@commander-js/extra-typings";
import { SHELLS } from "../completion/scripts.ts";

/** `imagetags complete`, which the scripts of `imagetags completion` call. When it fails, nothing is completed. */
export function completeCommand(createProgram: () => CommandUnknownOpts) {
  return new Command("complete")
    .addArgument(new Argument("<SHELL>").choices(SHELLS))
    .argument("[WORDS...]")
    .action(async (shell, words) => {
      const { completeWords } = await import("../tasks/complete-words.ts");
      await completeWords(createProgram(), shell, words).catch(() => undefined);
    });
}
