import { setTimeout as sleep } from "node:timers/promises";
import { StoreUnavailable } from "../../images/model/image-store.ts";
import type { Deadline } from "./deadline.ts";
import { DuplicateKey, ServerUnfit, TransactionAborted } from "./failures.ts";
import { isSilence } from "./server-watch.ts";
import { AFTER_SILENCE } from "./session.ts";
import { observer, type ObservedRetry } from "../../observer.ts";

/** The most tries of a change that the database aborts. */
const MOST_TRIES = 10;
/** The most tries of a change whose key another row has. A row that was just made is seen the next time. */
const MOST_DUPLICATES = 3;
/** The most tries of a change that an unfit server refuses. A new connection may lead to another server. */
const MOST_UNFIT = 2;
/** The longest pause before the second try, in milliseconds. It doubles with each. */
const FIRST_PAUSE = 5;

/** Does an attempt again from its start, while the database aborts it and the time is not over. */
export async function withRetry<Result>(attempt: () => Promise<Result>, deadline: Deadline): Promise<Result> {
  for (let tries = 1; ; tries += 1) {
    let cause: ObservedRetry;
    try {
      return await attempt();
    } catch (error) {
      if (!isWorthRetrying(error)) throw error;
      if (error instanceof ServerUnfit && tries === MOST_UNFIT) throw error;
      if (error instanceof DuplicateKey && tries === MOST_DUPLICATES) throw error.toReason();
      if (isSilence(error)) deadline.shorten(AFTER_SILENCE);
      cause = causeOf(error);
      if (tries === MOST_TRIES || deadline.left <= 0) {
        throw new StoreUnavailable(`The database aborted the transaction ${tries} times.`, { cause: error });
      }
    }
    observer?.retried(cause);
    // The pause is random, or the same changes would meet again.
    await sleep(Math.random() * FIRST_PAUSE * 2 ** (tries - 1));
  }
}

function isWorthRetrying(error: unknown): error is Error {
  return error instanceof TransactionAborted || error instanceof DuplicateKey || error instanceof ServerUnfit;
}

function causeOf(error: Error): ObservedRetry {
  if (error instanceof DuplicateKey) return "duplicate-key";
  return error instanceof ServerUnfit ? "unfit-server" : "aborted";
}
