import { readFileSync, symlinkSync } from "node:fs";
import { homedir } from "node:os";
import { delimiter, dirname, join } from "node:path";
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
  /** Whether the commands are those that the page installs, with npm's global folder in the folder, or the clone's. */
  readonly installs?: boolean;
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
  { folder, port, installs = false }: Place,
): Promise<PageRun> {
  const data = join(folder, "data");
  const env = {
    HOME: folder,
    IMAGETAGS_LISTEN: `127.0.0.1:${port}`,
    IMAGETAGS_DATA_DIR: data,
    ...(installs && globalFolder(folder)),
  };
  const values = new PageValues({ "127.0.0.1:9292": `127.0.0.1:${port}`, "/srv/imagetags": folder }, () =>
    firstToken(data),
  );
  const mistakes: string[] = [];
  let commands = 0;
  await using servers = new AsyncDisposableStack();
  await using session = new TerminalSession(folder, env, installs ? INSTALLING : IN_THE_CLONE);
  // The pages' commands run in the clone; what they write lands in the folder.
  for (const name of ["apps", "packed"]) symlinkSync(join(ROOT, name), join(folder, name));
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

/** The commands where they are built. */
const IN_THE_CLONE = [
  `imagetags() { node "${ROOT}/apps/cli/dist/main.js" "$@"; }`,
  `imagetags-server() { node "${ROOT}/apps/server/bundle/main.js" "$@"; }`,
];

/** `npx` runs in the clone, and every other command in the reader's folder. */
const INSTALLING = [`npx() { (cd "${ROOT}" && command npx "$@"); }`];

/** Where npm puts and finds what is installed globally; how it reaches its registry is the machine's. */
function globalFolder(folder: string): Record<string, string> {
  const prefix = join(folder, "global");
  const path = [join(prefix, "bin"), dirname(process.execPath), process.env["PATH"] ?? ""];
  const surroundings = Object.entries(process.env).filter(([name]) => !name.startsWith("IMAGETAGS_"));
  return {
    ...Object.fromEntries(surroundings.map(([name, value]) => [name, value ?? ""])),
    PATH: path.join(delimiter),
    npm_config_prefix: prefix,
    npm_config_cache: join(homedir(), ".npm"),
    npm_config_userconfig: join(homedir(), ".npmrc"),
    npm_config_audit: "false",
    npm_config_fund: "false",
    npm_config_update_notifier: "false",
  };
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
