import type { Usage } from "../../images/model/image-store.ts";
import { Refusal } from "./lock-and-authorize.ts";
import type { Steps } from "./statement.ts";
import type { Tx } from "./tx.ts";

/** See {@link ImageStore.findUsage}. */
export function* findUsage(tx: Tx, owner: string): Steps<Usage> {
  const row = yield* tx.sql.usage.first({ owner });
  return { images: Number(row?.images ?? 0), bytes: Number(row?.bytes ?? 0) };
}

/** Asks whether a project may have what it has after a change; what `admit` returns refuses the change. */
export function* checkUsage(
  tx: Tx,
  owner: string | null,
  admit: ((usage: Usage) => Error | undefined) | undefined,
): Steps<void> {
  if (admit === undefined || owner === null) return;
  if (tx.sql.dialect.locksRows) yield* tx.sql.lockProject.first({ owner });
  const refused = admit(yield* findUsage(tx, owner));
  if (refused !== undefined) throw new Refusal(refused);
}
