import { stripVTControlCharacters } from "node:util";

/** To the start of the line, and clearing it: what follows is written over what was there. */
// oxlint-disable-next-line no-control-regex -- a terminal is told by them
const BACK = /\u001B\[\d*[GK]/g;

/** npm turns these while it works, and leaves the last. */
const SPINNER = /[\u2800-\u28FF]/g;

/** What a terminal shows after it was sent this: a line that was written over has what was written last. */
export function asSeen(sent: string): string {
  return stripVTControlCharacters(sent.replaceAll(SPINNER, "").replaceAll(BACK, "\r"))
    .split("\n")
    .map((line) => line.replace(/\r+$/, "").split("\r").at(-1) ?? "")
    .join("\n");
}
