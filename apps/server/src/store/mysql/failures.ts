import { StoreUnavailable, UnstorableText } from "../../images/model/image-store.ts";
import {
  ConnectionLost,
  DuplicateKey,
  ServerUnfit,
  TransactionAborted,
  full,
  noConnection,
  unavailable,
} from "../pooled/failures.ts";

/*
 * Numbers of errors that are no mistake of ours.
 * Source: MariaDB, "Error Codes"; MySQL, "Server Error Message Reference"; Galera, "Certification-Based Replication".
 */

/**
 * Lock wait time-out, deadlock (and Galera's certification failure), record changed since it was read; and a table that
 * another version's migration changed since the transaction began, or the statement was prepared.
 */
const ABORTED = new Set([1205, 1213, 1020, 1614, 1412, 1615]);

/** Duplicate entry. */
const DUPLICATE = new Set([1062, 1586]);

/** A value that its column has no room or no characters for. */
const NO_ROOM = new Set([1264, 1366, 1406, 1292]);

/** Not prepared (Galera), shutting down, an error while committing, read-only. */
const UNFIT = new Set([1047, 1053, 1180, 1290, 1792, 1836]);

/** The disk or the table is full. */
const FULL = new Set([1021, 1114]);
/** The number of the system's error for a full disk, as it stands in the errors of writing and of committing. */
const NO_SPACE = /\b(?:errno|error|Errcode):? 28\b/;

/**
 * The state of the server or of the account: too many connections, no memory, killed, a
 * time limit passed, an error of the storage engine, no access.
 */
const UNAVAILABLE = new Set([
  1015, 1023, 1026, 1030, 1037, 1038, 1040, 1041, 1044, 1045, 1049, 1129, 1130, 1142, 1203, 1205, 1226, 1317,
  1698, 1927, 1969, 3024, 4031,
]);

/** An error of the driver in the store's own terms. A mistake of ours stays as it is. */
export function toFailure(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  const { errno, sqlState, code } = fields(error);
  if (typeof sqlState !== "string" || errno === undefined) {
    // An error without a state comes from the connection, and not from the server.
    return code === undefined ? error : new ConnectionLost(error.message, { cause: error });
  }
  if (ABORTED.has(errno)) return new TransactionAborted(error.message, { cause: error });
  if (DUPLICATE.has(errno)) return new DuplicateKey(keyOf(error.message), error);
  if (NO_ROOM.has(errno))
    return new UnstorableText(`The database has no room for a value: ${columnOf(error.message)}.`, {
      cause: error,
    });
  if (FULL.has(errno) || NO_SPACE.test(error.message)) return full(code ?? String(errno), error);
  if (UNFIT.has(errno)) return new ServerUnfit(code ?? String(errno), error);
  if (UNAVAILABLE.has(errno)) return unavailable(code ?? String(errno), error);
  return error;
}

/** The same while a connection is being opened. Any failure means that there is none. */
export function toConnectFailure(error: unknown): unknown {
  if (!(error instanceof Error) || error instanceof StoreUnavailable) return error;
  if (error instanceof ConnectionLost) return noConnection(error);
  return unavailable(fields(error).code ?? "no connection", error);
}

function fields(error: Error): { errno?: number; sqlState?: unknown; code?: string } {
  return {
    ...("errno" in error && typeof error.errno === "number" ? { errno: error.errno } : {}),
    ...("sqlState" in error ? { sqlState: error.sqlState } : {}),
    ...("code" in error && typeof error.code === "string" ? { code: error.code } : {}),
  };
}

/** The key in `Duplicate entry '...' for key 'PRIMARY'`. MySQL 8 writes the table's name before it. */
function keyOf(message: string): string {
  return /for key '(?:[^']*\.)?([^'.]*)'$/.exec(message)?.[1] ?? "a unique index";
}

/**
 * The column in `Data too long for column 'value' at row 1`. MariaDB writes database and table before it, in
 * backquotes.
 */
function columnOf(message: string): string {
  return /for column (?:.*\.)?[`']([^`']+)[`']/.exec(message)?.[1] ?? "a column";
}
