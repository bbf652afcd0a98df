import { Command } from "@commander-js/extra-typings";
import { withExamples } from "../help/examples.ts";
import { version } from "../package-version.ts";

/** `imagetags version` */
export function versionCommand() {
  const command = new Command("version").description("Print the version.").action(() => {
    process.stdout.write(`${version()}\n`);
  });
  return withExamples(command, [["version", "The version of this command"]]);
}
