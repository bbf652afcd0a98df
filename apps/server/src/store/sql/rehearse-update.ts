import type { Steps } from "./statement.ts";
import type { Tx } from "./tx.ts";
import { updateImage } from "./update-image.ts";

const call = (sql: string) => ({ sql, parameters: [] });
const BEGIN = call("SAVEPOINT rehearsal");
const TAKE_BACK = call("ROLLBACK TO SAVEPOINT rehearsal");
const END = call("RELEASE SAVEPOINT rehearsal");

/** See {@link ImageStore.rehearseUpdate}. SQLite has the changes of others in the same transaction. */
export function* rehearseUpdate(
  tx: Tx,
  ...asked: Parameters<typeof updateImage> extends [Tx, ...infer Asked] ? Asked : never
): Steps<"possible" | "no-image"> {
  yield BEGIN;
  const outcome = yield* updateImage(tx, ...asked);
  yield TAKE_BACK;
  yield END;
  return outcome === "no-image" ? outcome : "possible";
}
