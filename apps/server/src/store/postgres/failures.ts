import pg from "pg";
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
 * Codes of errors that are no mistake of ours. Source: PostgreSQL, "PostgreSQL Error Codes".
 */

/** Serialization failure, deadlock, lock not available. */
const ABORTED = new Set(["40001", "40P01", "55P03"]);

/** Where the server finds that a table's columns changed since a statement was prepared. It shares its code with others. */
const OUTDATED_PLAN = "RevalidateCachedQuery";

const DISK_FULL = "53100";

/** A value too long, out of range, of characters or an encoding that cannot be held. */
const NO_ROOM = new Set(["22001", "22003", "22021", "22P05"]);

/**
 * Connection exceptions, no access, no such database, insufficient resources, the operator's intervention (a
 * time limit passed), errors of the system, and refused logins.
 */
const UNAVAILABLE = /^(?:08|28|3D|53|57|58|42501)/;

/** A read-only transaction, as all of a standby's are; shutting down, crashed, starting up. */
const UNFIT = new Set(["25006", "57P01", "57P02", "57P03"]);

/** An error of the driver in the store's own terms. A mistake of ours stays as it is. */
export function toFailure(error: unknown): unknown {
  if (!(error instanceof pg.DatabaseError)) {
    // An error that is not the server's is the connection's.
    return error instanceof Error ? new ConnectionLost(error.message, { cause: error }) : error;
  }
  const { code = "", message } = error;
  // The server closes the connection with these.
  if (error.severity === "FATAL" || error.severity === "PANIC")
    return new ConnectionLost(message, { cause: error });
  if (ABORTED.has(code) || error.routine === OUTDATED_PLAN)
    return new TransactionAborted(message, { cause: error });
  if (code === "23505") return new DuplicateKey(error.constraint ?? "a unique index", error);
  if (NO_ROOM.has(code)) return new UnstorableText("The database has no room for a value.", { cause: error });
  if (UNFIT.has(code)) return new ServerUnfit(code, error);
  if (code === DISK_FULL) return full(code, error);
  if (UNAVAILABLE.test(code)) return unavailable(code, error);
  return error;
}

/** The same while a connection is being opened. Any failure means that there is none. */
export function toConnectFailure(error: unknown): unknown {
  if (!(error instanceof Error) || error instanceof StoreUnavailable) return error;
  if (error instanceof ConnectionLost) return noConnection(error);
  const code = "code" in error && typeof error.code === "string" ? error.code : "no connection";
  return unavailable(code, error);
}
