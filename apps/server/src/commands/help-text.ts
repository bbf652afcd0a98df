import { COMMANDS } from "./commands.ts";
import { originsOf, SETTINGS } from "../config/config.ts";

/** The text of `--help`, with where Glance's files have settings. */
export function helpText(env: Readonly<Record<string, string | undefined>>): string {
  const { origins, problems } = originsOf(env);
  const width = Math.max(...SETTINGS.map((setting) => setting.name.length));
  const indent = " ".repeat(width + 4);
  const settings = SETTINGS.map(({ name, meaning, default: otherwise }) => {
    const origin = origins.get(name);
    const taken = origin === undefined ? "" : `\n${indent}(now from ${origin})`;
    return `  ${name.padEnd(width)}  ${meaning}\n${indent}(default: ${otherwise})${taken}`;
  });
  const commands = COMMANDS.map(({ name, summary }) => `  ${name.padEnd(13)}  ${summary}`);
  return `Serves the image tags of an OpenStack cloud.

Usage: imagetags-server [command]

${commands.join("\n")}
  -h, --help     print this text
  -V, --version  print the version

Settings, from the environment:

${settings.join("\n")}
${problems.map((problem) => `\n${problem}\n`).join("")}`;
}
