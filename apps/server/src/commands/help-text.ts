import { COMMANDS } from "./commands.ts";
import { SETTINGS } from "../config/config.ts";

export function helpText(): string {
  const width = Math.max(...SETTINGS.map((setting) => setting.name.length));
  const settings = SETTINGS.map(
    (setting) =>
      `  ${setting.name.padEnd(width)}  ${setting.meaning}\n  ${" ".repeat(width)}  (default: ${setting.default})`,
  );
  const commands = COMMANDS.map(({ name, summary }) => `  ${name.padEnd(13)}  ${summary}`);
  return `Serves the image tags of an OpenStack cloud.

Usage: imagetags-server [command]

${commands.join("\n")}
  -h, --help     print this text
  -V, --version  print the version

Settings, from the environment:

${settings.join("\n")}
`;
}
