import { errorText } from "../../error-text.ts";
import { describeServer, type DatabaseServer } from "../database-url.ts";
import { Deadline } from "./deadline.ts";
import { DatabaseServerError } from "./database-server-error.ts";
import { MIGRATION_NAMES, MIGRATION_TABLE } from "../migrations/index.ts";
import { fieldOf, recogniseSchema, type FoundSchema } from "../sql/recognise-schema.ts";
import type { Session, SessionPool } from "./session.ts";

/**
 * Tells whose schema a database has. Throws when it cannot be served, with nobody's tables or ours from an
 * older version. A command of its own makes and migrates tables, and never a start: others may be using them.
 */
export async function recogniseServer(
  session: Session,
  tables: ReadonlyMap<string, ReadonlySet<string>>,
): Promise<FoundSchema> {
  const schema = recogniseSchema(tables, MIGRATION_TABLE);
  if (schema === "new") {
    throw new Error('it has no tables; make them with "imagetags-server migrate"');
  }
  if (schema === "ours") {
    const { rows } = await session.run({ sql: `select name from ${MIGRATION_TABLE}`, parameters: [] });
    const done = new Set(rows.map((row) => fieldOf(row, "name")));
    const behind = MIGRATION_NAMES.filter((name) => !done.has(name));
    if (behind.length > 0) {
      throw new Error(
        `its tables are of an older version; bring them up to date with "imagetags-server migrate"`,
      );
    }
  }
  return schema;
}

/** Does something with a connection, which is closed when that fails. */
export async function withSession<Result>(
  pool: SessionPool,
  work: (session: Session) => Promise<Result>,
): Promise<Result> {
  // Connecting has a time limit of its own.
  const session = await pool.acquire(new Deadline(Infinity));
  try {
    const result = await work(session);
    session.release();
    return result;
  } catch (error) {
    session.discard();
    throw error;
  }
}

/** Does something with a connection of a pool that is kept. The pool is closed when that fails. */
export async function withPool<Result>(
  pool: SessionPool,
  work: (session: Session) => Promise<Result>,
): Promise<Result> {
  try {
    return await withSession(pool, work);
  } catch (error) {
    await pool.close();
    throw error;
  }
}

/** Does something, and then closes what it was done with. */
export async function withClosing<Result>(
  closed: { close(): Promise<void> },
  work: () => Promise<Result>,
): Promise<Result> {
  try {
    return await work();
  } finally {
    await closed.close();
  }
}

/** Does something with a server's database. A failure becomes a message for the person at the terminal. */
export async function asServerError<Result>(
  server: DatabaseServer,
  work: () => Promise<Result>,
): Promise<Result> {
  try {
    return await work();
  } catch (cause) {
    const reason = reasonOf(cause);
    throw new DatabaseServerError(`The database ${describeServer(server)} cannot be used: ${reason}`, {
      cause,
    });
  }
}

/** The driver's own message, where the error was put in the store's terms. */
function reasonOf(error: unknown): string {
  const cause = error instanceof Error && error.cause !== undefined ? error.cause : error;
  const text = errorText(cause);
  // A name of several addresses fails with all of their errors and no text of its own.
  if (text !== "" || !(cause instanceof AggregateError)) return text;
  return cause.errors.map(errorText).join("; ");
}
