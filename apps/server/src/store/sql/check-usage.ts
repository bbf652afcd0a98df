import type { Usage } from "../../images/model/image-store.ts";
import { Refusal, toggleImage } from "./lock-and-authorize.ts";
import type { Steps } from "./statement.ts";
import type { Tx } from "./tx.ts";

/** See {@link ImageStore.findUsage}. */
export function* findUsage(tx: Tx, owner: string): Steps<Usage> {
  if (!tx.sql.dialect.canStore("images.owner", owner)) return { images: 0, bytes: 0 };
  const row = yield* tx.sql.usage.first({ owner });
  return { images: Number(row?.images ?? 0), bytes: Number(row?.bytes ?? 0) };
}

/**
 * Asks whether a project may have an addition to what it has. An error that `admit` returns refuses the change.
 * This must be asked before anything is written, like all that refuses.
 */
export function* checkUsage(
  tx: Tx,
  owner: string | null,
  added: Usage,
  admit: ((usage: Usage) => Error | undefined) | undefined,
): Steps<void> {
  if (admit === undefined || owner === null) return;
  yield* lockProject(tx, owner);
  const { images, bytes } = yield* findUsage(tx, owner);
  const refused = admit({ images: images + added.images, bytes: bytes + added.bytes });
  if (refused !== undefined) throw new Refusal(refused);
}

/**
 * Makes changes that add to a project's images wait for one another. The first two images of a project may
 * still come at once.
 */
function* lockProject({ sql }: Tx, owner: string): Steps<void> {
  if (!sql.dialect.locksRows || !sql.dialect.canStore("images.owner", owner)) return;
  const oldest = yield* sql.lockProject.first({ owner });
  if (oldest !== undefined && sql.dialect.meetsByWrites) yield* toggleImage(sql, oldest.id);
}
