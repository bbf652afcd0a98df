import { errorCode } from "../error-text.ts";
import { ConfigError } from "../config/config.ts";
import { TokenFileError } from "../identity/token-file.ts";
import { PolicyFileError } from "../policy/policy-file.ts";
import { StoreUnavailable } from "../images/model/image-store.ts";
import { DatabaseServerError } from "../store/pooled/database-server-error.ts";
import { DatabaseFileError } from "../store/sqlite/open.ts";

/** Where Glance listens by default. */
const GLANCES_PORT = 9292;

/**
 * The message for what the person at the terminal can mend, without a stack trace; `undefined` for any other error.
 */
export function explain(error: unknown): string | undefined {
  const mistakes = [ConfigError, TokenFileError, PolicyFileError, DatabaseFileError, DatabaseServerError];
  if (error instanceof Error && mistakes.some((kind) => error instanceof kind)) return error.message;
  // The database was opened, and went away while the command ran.
  if (error instanceof StoreUnavailable) return `The database cannot be used: ${error.message}`;
  if (!(error instanceof Error)) return undefined;
  const code = errorCode(error);
  if (code === "EADDRINUSE") return portTaken(error);
  if ("syscall" in error && ["listen", "getaddrinfo"].includes(String(error.syscall))) {
    return `IMAGETAGS_LISTEN cannot be used: ${error.message}`;
  }
  return code.startsWith("ERR_PARSE_ARGS") ? error.message : undefined;
}

/** Node names the taken address beside the message. */
function portTaken(error: object): string {
  const address = "address" in error ? String(error.address) : "this address";
  const port = "port" in error ? Number(error.port) : GLANCES_PORT;
  const host = address.includes(":") ? `[${address}]` : address;
  const whose = port === GLANCES_PORT ? ", which is Glance's port too" : "";
  return (
    `IMAGETAGS_LISTEN: another program listens at ${host}:${port} already${whose}. ` +
    `For another port, set it: IMAGETAGS_LISTEN=${host}:${port < 65_535 ? port + 1 : port - 1}`
  );
}
