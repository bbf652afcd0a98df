import { copyFileSync } from "node:fs";
import { writeTokens, type KnownToken } from "@imagetags/testing/server/start-server";
import { temporaryFolder } from "@imagetags/testing/temporary-folder";
import { readConfig } from "../config/config.ts";
import type { TokenValidator } from "../identity/caller.ts";
import { serve, type RunningServer } from "../process/serve.ts";
import { newSqliteFile } from "./sqlite-databases.ts";

/** The callers of the tests, by name. The token of `ALPHA_MEMBER` is `alpha_member`. */
export const CALLERS = {
  ADMIN: { user_id: "admin", project_id: "infra", roles: ["admin"] },
  ALPHA_MEMBER: { user_id: "alice", project_id: "alpha", roles: ["member"] },
  ALPHA_MEMBER2: { user_id: "amir", project_id: "alpha", roles: ["member"] },
  ALPHA_MANAGER: { user_id: "mara", project_id: "alpha", roles: ["manager"] },
  ALPHA_READER: { user_id: "anna", project_id: "alpha", roles: ["reader"] },
  ALPHA_OBSERVER: { user_id: "otto", project_id: "alpha", roles: ["service"] },
  BETA_MEMBER: { user_id: "bob", project_id: "beta", roles: ["member"] },
  BETA_READER: { user_id: "bert", project_id: "beta", roles: ["reader"] },
} as const;

export type CallerName = keyof typeof CALLERS;

export function tokenOf(caller: CallerName): string {
  return caller.toLowerCase();
}

/** A server of its own, on a free port of 127.0.0.1 and a database in a folder of its own. */
export interface TestServer extends AsyncDisposable {
  readonly url: string;
  readonly port: number;
  readonly running: RunningServer;
  readonly databasePath: string;
  /** Where the data of images is kept. */
  readonly dataFolder: string;
  /** What the server has logged so far. */
  readonly logged: () => string;
}

/** Settings beyond the usual ones, and a database to serve a copy of. */
export interface TestServerOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly copyOf?: string;
  readonly tokens?: TokenValidator;
}

/** Starts a server for a test. `await using` stops it and removes its folder. */
export async function startTestServer({
  env = {},
  copyOf,
  tokens,
}: TestServerOptions = {}): Promise<TestServer> {
  const folder = temporaryFolder();
  const databasePath = folder.at("test.db");
  copyFileSync(copyOf ?? (await newSqliteFile()), databasePath);
  const tokensFile = folder.at("tokens.yaml");
  writeTokens(tokensFile, CALLER_TOKENS);
  const config = readConfig({
    IMAGETAGS_LISTEN: "127.0.0.1:0",
    IMAGETAGS_DATA_DIR: folder.path,
    IMAGETAGS_DATABASE_URL: `sqlite:${databasePath}`,
    IMAGETAGS_TOKENS_FILE: tokensFile,
    ...env,
  });
  let logged = "";
  const logTo = { write: (lines: string) => void (logged += lines) };
  const running = await serve(config, { logTo, ...(tokens === undefined ? {} : { tokens }) });
  return {
    url: running.url,
    port: Number(new URL(running.url).port),
    running,
    databasePath,
    dataFolder: folder.at("images"),
    logged: () => logged,
    async [Symbol.asyncDispose]() {
      await running.close();
      folder[Symbol.dispose]();
    },
  };
}

/** A tokens file's entry for every caller of the tests. */
export const CALLER_TOKENS: readonly KnownToken[] = Object.entries(CALLERS).map(([name, caller]) => ({
  token: name.toLowerCase(),
  ...caller,
}));
