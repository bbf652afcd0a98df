import { StoreReadOnly, StoreUnavailable, UnstorableText } from "../../images/model/image-store.ts";

/**
 * The database took back all of a transaction, or the connection was lost before it could be committed:
 * nothing of it happened, and it may be done again from its start.
 */
export class TransactionAborted extends Error {
  override readonly name = "TransactionAborted";
}

/** The connection is gone or was given up; what it was about may or may not have happened. */
export class ConnectionLost extends Error {
  override readonly name = "ConnectionLost";
}

/**
 * The server refuses to be written to, as one that is read-only, a standby, or not part of its cluster. Another may
 * answer at the same address by now, so the connections to this one are of no use any more.
 */
export class ServerUnfit extends StoreReadOnly {
  /** `code` is the database's own name for what is the matter. */
  constructor(code: string, cause: unknown) {
    super(`The database cannot be written to (${code}).`, { cause });
  }
}

/** The row to be written has a key that another row has. */
export class DuplicateKey extends Error {
  override readonly name = "DuplicateKey";
  /** The name of the index that holds it, as the database has it. */
  readonly key: string;

  constructor(key: string, cause: unknown) {
    super(`Another row has this key of ${key}.`, { cause });
    this.key = key;
  }

  /** What it is when it lasts. A collation may take the names of two properties of an image for one. */
  toReason(): UnstorableText | StoreUnavailable {
    if (this.key !== "ix_image_properties_image_id_name")
      return unavailable(`duplicate key of ${this.key}`, this);
    const { message } = this.cause instanceof Error ? this.cause : this;
    const name = /^Duplicate entry '.{36}-(.*)' for key/s.exec(message)?.[1] ?? "";
    const text = `The database takes the name of the property ${JSON.stringify(name)} for that of another of the image.`;
    return new UnstorableText(text, { cause: this });
  }
}

/** The error for a connection that was not to be had. */
export function noConnection(cause: ConnectionLost): StoreUnavailable {
  return new StoreUnavailable(`No connection to the database came free in time. ${cause.message}`, { cause });
}

/** The error for a database that answers, but not now. `code` is its own name for what is the matter. */
export function unavailable(code: string, cause: unknown): StoreUnavailable {
  return new StoreUnavailable(`The database is not available (${code}).`, { cause });
}
