// pnpm shows only warnings here (see pnpm-workspace.yaml), and a first install takes a minute or
// more: whoever sits at a terminal is told. pnpm hides what install scripts print, so it is told
// to the terminal itself; where there is none, nobody waits.
import { writeFileSync } from "node:fs";

try {
  writeFileSync("/dev/tty", "Installing the dependencies; the first time this takes a minute or two.\n");
} catch {}
