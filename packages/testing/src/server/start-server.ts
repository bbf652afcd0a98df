import { hash } from "node:crypto";
import { existsSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { answers, launch, startProgram, type Ended, type Running } from "../processes/program.ts";
import { temporaryFolder, type TemporaryFolder } from "../temporary-folder.ts";

/** The server as it is built. */
export const SERVER = fileURLToPath(
  new URL("../../../../apps/server/bundle/imagetags-server.cjs", import.meta.url),
);

/** What the server would start anew with: tests that start hundreds spare themselves the first of two. */
const YOUNG_GENERATION = "--max-semi-space-size=8";

/** A server in a process of its own, as an operator runs it. It is killed with the scope. */
export interface ServerProcess extends Running {
  /** The URL of its root, without a version. */
  readonly url: string;
  readonly port: number;
  /** The text about its start for people. It stands in the log file where there is one. */
  readonly startText: string;
  /** Where it runs, with its data in `data`. */
  readonly folder: TemporaryFolder;
}

/** The environment of a server: nothing else reaches it but `PATH` and `LANG`. */
export type Settings = Readonly<Record<string, string>>;

/** An entry of a tokens file. */
export interface KnownToken {
  readonly token: string;
  readonly user_id: string;
  readonly project_id: string;
  readonly roles: readonly string[];
}

/** How a server is started. */
export interface ServerOptions {
  readonly settings?: Settings;
  /** The tokens that it knows; the server makes one by itself when absent. */
  readonly tokens?: readonly KnownToken[];
  /**
   * The folder that it runs in, which may have served before. When absent, it is a new one that goes away with the
   * server.
   */
  readonly folder?: TemporaryFolder;
  readonly nodeOptions?: readonly string[];
  /** The script that is run: the built server when absent. */
  readonly script?: string;
  /** Writes its output to the file `log` of its folder: reading it here would cost a load generator time. */
  readonly logToFile?: boolean;
  /** Makes files that grow larger fail as on a full disk, in kilobytes. */
  readonly fileLimit?: number;
}

/** Runs a command of the server to its end. */
export async function runServer(args: readonly string[], settings: Settings, folder: string): Promise<Ended> {
  needBuild();
  const program = {
    name: "The server",
    command: process.execPath,
    args: [YOUNG_GENERATION, SERVER, ...args],
    folder,
  };
  await using run = launch({ ...program, env: settings });
  return await run.ended();
}

/** Starts a server on a free port of 127.0.0.1 and waits until it answers. */
export async function startServer(options: ServerOptions = {}): Promise<ServerProcess> {
  const { settings = {}, tokens, nodeOptions = [], script = SERVER, logToFile = false, fileLimit } = options;
  if (script === SERVER) needBuild();
  await using stack = new AsyncDisposableStack();
  const folder = options.folder ?? stack.use(temporaryFolder("server"));
  const tokensFile = folder.at("tokens.yaml");
  if (tokens !== undefined) writeTokens(tokensFile, tokens);
  const node = [process.execPath, YOUNG_GENERATION, ...nodeOptions, script];
  const limited = ["bash", "-c", `ulimit -f ${fileLimit}; exec "$0" "$@"`, ...node];
  const [command = "", ...args] = fileLimit === undefined ? node : limited;
  const running = stack.use(
    await startProgram(
      {
        name: "The server",
        command,
        args,
        folder: folder.path,
        env: {
          IMAGETAGS_LISTEN: "127.0.0.1:0",
          ...(tokens !== undefined && { IMAGETAGS_TOKENS_FILE: tokensFile }),
          ...settings,
        },
        ...(logToFile && { log: folder.at("log") }),
      },
      (started) => addressOf(started) !== undefined,
      5,
    ),
  );
  const url = addressOf(running) ?? "";
  // A server that answers also heeds signals.
  if (!(await answers(`${url}/versions`))) throw new Error(`The server does not answer at ${url}.`);
  // The start text is written in one piece, with the address.
  const startText = running.stderr();
  const owned = stack.move();
  return {
    ...running,
    startText,
    async ended(patience) {
      const end = await running.ended(patience);
      return { ...end, stderr: end.stderr.replace(startText, "") };
    },
    url,
    port: Number(new URL(url).port),
    folder,
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

/** The token of a member of project alpha, whom {@link startKnowing} makes known to the server. */
export const MEMBER_TOKEN = "alpha-members-token";

const MEMBER: KnownToken = {
  token: MEMBER_TOKEN,
  user_id: "alice",
  project_id: "alpha",
  roles: ["member"],
};

/** Starts a server that knows {@link MEMBER_TOKEN}, on the database in the folder. */
export function startKnowing(folder: TemporaryFolder, settings: Settings = {}): Promise<ServerProcess> {
  return startServer({ folder, settings, tokens: [MEMBER] });
}

/** Writes a tokens file. */
export function writeTokens(path: string, tokens: readonly KnownToken[]): void {
  // Digests, because the tokens of tests are shorter than the server allows.
  const entries = tokens.map(({ token, ...who }) => ({ sha256: hash("sha256", token, "hex"), ...who }));
  // JSON is YAML.
  writeFileSync(path, JSON.stringify({ tokens: entries }), { mode: 0o600 });
}

function addressOf(running: Running): string | undefined {
  return / answers at (http\S+)\n/.exec(running.stderr() + running.stdout())?.[1];
}

function needBuild(): void {
  if (!existsSync(SERVER)) throw new Error("The server is not built: run `npx -y pnpm@12 build` first.");
}
