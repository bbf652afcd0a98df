import { ConfigError } from "../config/config.ts";
import { TokenFileError } from "../identity/token-file.ts";
import { PolicyFileError } from "../policy/policy-file.ts";
import { DatabaseServerError } from "../store/pooled/database-server-error.ts";
import { DatabaseFileError } from "../store/sqlite/open.ts";

/**
 * The mistakes of the person at the terminal, told without a stack trace; `undefined` for an error that is
 * none of theirs.
 */
export function explain(error: unknown): string | undefined {
  const mistakes = [ConfigError, TokenFileError, PolicyFileError, DatabaseFileError, DatabaseServerError];
  if (error instanceof Error && mistakes.some((kind) => error instanceof kind)) return error.message;
  if (!(error instanceof Error) || !("code" in error)) return undefined;
  const code = String(error.code);
  if (code === "EADDRINUSE") return "IMAGETAGS_LISTEN: another program listens there already.";
  if ("syscall" in error && ["listen", "getaddrinfo"].includes(String(error.syscall))) {
    return `IMAGETAGS_LISTEN cannot be used: ${error.message}`;
  }
  return code.startsWith("ERR_PARSE_ARGS") ? error.message : undefined;
}
