import {
  StoreFull,
  StoreReadOnly,
  StoreUnavailable,
  UnstorableText,
} from "../../images/model/image-store.ts";

/**
 * The database aborted a transaction, or the connection was lost before its commit. Nothing of it happened, and
 * it may be done again from its start.
 */
export class TransactionAborted extends Error {
  override readonly name = "TransactionAborted";
}

/** The connection is gone or was given up. Its work may or may not have happened. */
export class ConnectionLost extends Error {
  override readonly name = "ConnectionLost";
}

/**
 * The server refuses to be written to: it is read-only, a standby, or not part of its cluster. Another may
 * answer at the same address by now, so the connections to this one are given up.
 */
export class ServerUnfit extends StoreReadOnly {
  /** `code` is the database's own name for the problem. */
  constructor(code: string, cause: unknown) {
    super(`The database cannot be written to (${code}).`, { cause });
  }
}

/** The row to be written has a key that another row has. */
export class DuplicateKey extends Error {
  override readonly name = "DuplicateKey";
  /** The name of the index with that key, as the database has it. */
  readonly key: string;

  constructor(key: string, cause: unknown) {
    super(`Another row has this key of ${key}.`, { cause });
    this.key = key;
  }

  /** The error when it lasts. Two names of an image's properties may be equal under a collation. */
  toReason(): UnstorableText | StoreUnavailable {
    if (this.key !== "ix_image_properties_image_id_name")
      return unavailable(`duplicate key of ${this.key}`, this);
    const { message } = this.cause instanceof Error ? this.cause : this;
    const name = /^Duplicate entry '.{36}-(.*)' for key/s.exec(message)?.[1] ?? "";
    const text = `The database takes the name of the property ${JSON.stringify(name)} for that of another of the image.`;
    return new UnstorableText(text, { cause: this });
  }
}

/** The error of a connection that could not be had. */
export function noConnection(cause: ConnectionLost): StoreUnavailable {
  return new StoreUnavailable(`No connection to the database came free in time. ${cause.message}`, { cause });
}

/** The error of a database without room. `code` is its own name for the problem. */
export function full(code: string, cause: unknown): StoreFull {
  return new StoreFull(`The database has no room (${code}).`, { cause });
}

/** The error of a database that answers, but cannot do it now. `code` is its own name for the problem. */
export function unavailable(code: string, cause: unknown): StoreUnavailable {
  return new StoreUnavailable(`The database is not available (${code}).`, { cause });
}
