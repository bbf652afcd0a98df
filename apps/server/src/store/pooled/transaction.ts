import { StoreUnavailable } from "../../images/model/image-store.ts";
import { Refusal } from "../sql/lock-and-authorize.ts";
import type { Steps } from "../sql/statement.ts";
import { ConnectionLost, ServerUnfit, TransactionAborted } from "./failures.ts";
import type { Deadline } from "./deadline.ts";
import type { Session } from "./session.ts";

/** Runs steps that write as one transaction, and gives the connection back. */
export async function runChange<Result>(
  session: Session,
  steps: Steps<Result>,
  deadline: Deadline,
): Promise<Result> {
  const result = await runUncommitted(session, "change", steps, deadline);
  try {
    await session.commit();
  } catch (error) {
    if (error instanceof TransactionAborted) await rollbackAndRelease(session);
    else if (error instanceof ServerUnfit) session.discardAll();
    else session.discard();
    throw isSilent(error) ? outcomeUnknown(error) : error;
  }
  session.release();
  return result;
}

/** Runs steps that read one state of the database, and gives the connection back, perhaps later. */
export async function runRead<Result>(
  session: Session,
  steps: Steps<Result>,
  deadline: Deadline,
): Promise<Result> {
  const result = await runUncommitted(session, "read", steps, deadline);
  // Nothing was written, so the caller need not wait for the end of the transaction.
  session.commit().then(
    () => session.release(),
    () => session.discard(),
  );
  return result;
}

/** Runs steps of which each is a transaction by itself, and gives the connection back. */
export async function runAutocommit<Result>(
  session: Session,
  steps: Steps<Result>,
  deadline: Deadline,
): Promise<Result> {
  try {
    const result = await runSteps(session, steps, deadline);
    session.release();
    return result;
  } catch (error) {
    if (error instanceof ServerUnfit) session.discardAll();
    else if (error instanceof ConnectionLost) session.discard();
    else session.release();
    if (isSilent(error)) throw outcomeUnknown(error);
    throw reasonOf(error);
  }
}

/** Runs steps in a transaction that is still to be committed. There is none left when they fail. */
async function runUncommitted<Result>(
  session: Session,
  mode: "change" | "read",
  steps: Steps<Result>,
  deadline: Deadline,
): Promise<Result> {
  try {
    await session.begin(mode);
    const result = await runSteps(session, steps, deadline);
    // Past the deadline the caller is told that it was not done in time.
    deadline.check();
    return result;
  } catch (error) {
    if (error instanceof ConnectionLost) {
      session.discard();
      throw new TransactionAborted("The connection was lost before the commit.", { cause: error });
    }
    if (error instanceof ServerUnfit) session.discardAll();
    else await rollbackAndRelease(session);
    throw reasonOf(error);
  }
}

/** Runs steps one after the other, each as the session has it: in its transaction, or by itself. */
export async function runSteps<Result>(
  session: Session,
  steps: Steps<Result>,
  deadline: Deadline,
): Promise<Result> {
  let step = steps.next();
  while (step.done !== true) {
    deadline.check();
    step = steps.next(await session.run(step.value));
  }
  return step.value;
}

/** Ends the rest of a transaction, so that the connection can be used again. */
function rollbackAndRelease(session: Session): Promise<void> {
  return session.rollback().then(
    () => session.release(),
    () => session.discard(),
  );
}

/** Whether an error leaves unknown what became of the commit. */
function isSilent(error: unknown): error is ConnectionLost | ServerUnfit {
  return error instanceof ConnectionLost || error instanceof ServerUnfit;
}

function outcomeUnknown(cause: ConnectionLost | ServerUnfit): StoreUnavailable {
  const what = cause instanceof ServerUnfit ? cause.message : "The connection to the database was lost.";
  return new StoreUnavailable(`${what} Nobody knows whether it committed.`, { cause });
}

/** The caller sees the reason of a {@link Refusal}. */
function reasonOf(error: unknown): unknown {
  return error instanceof Refusal ? error.reason : error;
}
