import { readFileSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { PageValues } from "./page-values.ts";
import { readBlocks, type Block } from "./read-blocks.ts";
import { isStart, startOnTerminal, type PageServer } from "./start-command.ts";
import { TerminalSession } from "./terminal-session.ts";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));

/** Where a page is run: an empty folder, and a free port in place of the pages' 9292. */
export interface Place {
  readonly folder: string;
  readonly port: number;
}

/** What came of the blocks of a page. */
export interface PageRun {
  readonly commands: number;
  readonly mistakes: readonly string[];
}

/**
 * Types all commands of a page into one terminal, from top to bottom as a reader would, and holds what they
 * print to what the page says. Commands that serve get a terminal of their own.
 */
export async function runPage(
  page: string,
  blocks: readonly Block[],
  { folder, port }: Place,
): Promise<PageRun> {
  const data = join(folder, "data");
  const env = { HOME: folder, IMAGETAGS_LISTEN: `127.0.0.1:${port}`, IMAGETAGS_DATA_DIR: data };
  const values = new PageValues({ "127.0.0.1:9292": `127.0.0.1:${port}`, "/srv/imagetags": folder }, () =>
    firstToken(data),
  );
  const mistakes: string[] = [];
  let commands = 0;
  await using servers = new AsyncDisposableStack();
  // The pages' commands run in the clone; what they write lands in the folder.
  symlinkSync(join(ROOT, "apps"), join(folder, "apps"));
  await using session = new TerminalSession(folder, env, [
    `imagetags() { node "${ROOT}/apps/cli/dist/main.js" "$@"; }`,
    `imagetags-server() { node "${ROOT}/apps/server/bundle/main.js" "$@"; }`,
  ]);
  for (const { line, command, output } of blocks.flatMap(({ steps }) => steps)) {
    commands += 1;
    const where = `${page}:${line}: $ ${command}`;
    if (isStart(command)) {
      const server: PageServer = await startOnTerminal(
        command,
        ROOT,
        env,
        (printed) => values.mismatch([...output, "…"], printed) === undefined,
      );
      servers.use(server);
      continue;
    }
    const printed = await session.run(values.command(command));
    const missing = values.mismatch(output, printed);
    if (missing !== undefined) mistakes.push(`${where}\n  wanted: ${missing}\n  printed:\n${printed}`);
  }
  return { commands, mistakes };
}

/** The blocks of a page of this project. */
export function blocksOf(page: string): Block[] {
  return readBlocks(readFileSync(join(ROOT, page), "utf8"));
}

function firstToken(data: string): string {
  const file = readFileSync(join(data, "tokens.yaml"), "utf8");
  const token = /^\s*-?\s*token:\s*"?([\w-]+)/m.exec(file)?.[1];
  if (token === undefined) throw new Error("The server has made no token.");
  return token;
}
