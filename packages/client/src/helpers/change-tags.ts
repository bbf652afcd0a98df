import { ImageNotFoundError } from "../errors/refusal-errors.ts";
import { InvalidOptionError } from "../errors/errors.ts";
import type { Client } from "../client.ts";
import { addTag } from "./add-tag.ts";
import type { HelperOptions } from "./helper-options.ts";
import { inParallel } from "./in-parallel.ts";
import { removeTag } from "./remove-tag.ts";

/**
 * A tag that one image is to gain or to lose. Further members, such as the image's name, come back with what became of
 * it.
 *
 * @example
 * const change: TagChange = { imageId: image_id, tag: "miracle" };
 */
export interface TagChange {
  readonly imageId: string;
  readonly tag: string;
}

/**
 * What became of a change. `alreadyAbsent`: the tag, or the image with it, went meanwhile. A failure is one change's own:
 * the others go on.
 *
 * @example
 * const show = ({ change, ...result }: TagChangeResult<"removed" | "alreadyAbsent">) =>
 *   console.log(change.imageId, change.tag, result.outcome === "failed" ? result.error.message : result.outcome);
 */
export type TagChangeResult<TOutcome extends string, TChange extends TagChange = TagChange> = {
  readonly change: TChange;
} & ({ readonly outcome: TOutcome } | { readonly outcome: "failed"; readonly error: Error });

type Removal<TChange extends TagChange> = TagChangeResult<"removed" | "alreadyAbsent", TChange>;
type Addition<TChange extends TagChange> = TagChangeResult<"added", TChange>;

/**
 * What {@link removeTags} and {@link addTags} take besides the changes.
 *
 * @example
 * const options: ChangeTagsOptions = { concurrency: 16, signal: AbortSignal.timeout(60_000) };
 */
export interface ChangeTagsOptions extends HelperOptions {
  /** How many changes may be under way at once: 1 to 100; 8 when absent. */
  readonly concurrency?: number;
}

/** Changes in the order in which they are to be begun; as many are taken as are under way. */
type Changes<TChange> = Iterable<TChange> | AsyncIterable<TChange>;

/**
 * Removes tags from images, and gives what became of each, in the order in which they are done. When the signal is
 * aborted, nothing more is begun, what is under way is finished and given, and then the signal's reason is thrown.
 * Doing it again does no harm.
 *
 * @throws {InvalidOptionError} for a concurrency that cannot be used
 * @throws what `changes` throws, after what is under way
 *
 * @example
 * const changes = [{ imageId: image_id, tag: "old" }, { imageId: image_id, tag: "older" }];
 * for await (const { change, outcome } of removeTags(client, changes)) console.log(change.tag, outcome);
 */
export function removeTags<TChange extends TagChange>(
  client: Client,
  changes: Changes<TChange>,
  options: ChangeTagsOptions = {},
): AsyncGenerator<Removal<TChange>, void, undefined> {
  return changeTags(
    changes,
    async ({ imageId, tag }) => {
      try {
        return (await removeTag(client, imageId, tag)).outcome;
      } catch (error) {
        if (error instanceof ImageNotFoundError) return "alreadyAbsent";
        throw error;
      }
    },
    options,
  );
}

/**
 * Adds tags to images, and gives what became of each, as {@link removeTags} does. A tag that is there stays, and an image
 * that is not there is a failure.
 *
 * @throws {InvalidOptionError} for a concurrency that cannot be used
 * @throws what `changes` throws, after what is under way
 *
 * @example
 * for await (const result of addTags(client, [{ imageId: image_id, tag: "tested" }])) {
 *   if (result.outcome === "failed") console.error(result.error.message);
 * }
 */
export function addTags<TChange extends TagChange>(
  client: Client,
  changes: Changes<TChange>,
  options: ChangeTagsOptions = {},
): AsyncGenerator<Addition<TChange>, void, undefined> {
  return changeTags(
    changes,
    async ({ imageId, tag }) => {
      await addTag(client, imageId, tag);
      return "added";
    },
    options,
  );
}

/**
 * Makes changes of any kind as {@link removeTags} makes its own: `make` makes one and gives what became of it, and what
 * it throws is a failure of that change alone.
 *
 * @throws {InvalidOptionError} for a concurrency that cannot be used
 * @throws what `changes` throws, after what is under way
 *
 * @example
 * const swap = async ({ imageId }: { imageId: string }) => {
 *   await addTag(client, imageId, "new");
 *   return (await removeTag(client, imageId, "old")).outcome;
 * };
 * for await (const { change, outcome } of changeTags([{ imageId: image_id, tag: "old" }], swap)) {
 *   console.log(change.imageId, outcome);
 * }
 */
export function changeTags<TOutcome extends string, TChange extends TagChange>(
  changes: Changes<TChange>,
  make: (change: TChange) => Promise<TOutcome>,
  { concurrency = 8, signal }: ChangeTagsOptions = {},
): AsyncGenerator<TagChangeResult<TOutcome, TChange>, void, undefined> {
  checkConcurrency(concurrency);
  const settle = async (change: TChange): Promise<TagChangeResult<TOutcome, TChange>> => {
    try {
      return { change, outcome: await make(change) };
    } catch (cause) {
      const error = cause instanceof Error ? cause : new Error("The change failed.", { cause });
      return { change, outcome: "failed", error };
    }
  };
  return inParallel(each(changes), concurrency, settle, signal);
}

/** How many changes may be under way at once. */
export function checkConcurrency(concurrency: number): void {
  if (Number.isInteger(concurrency) && concurrency >= 1 && concurrency <= 100) return;
  throw new InvalidOptionError("concurrency", "must be a whole number from 1 to 100.");
}

async function* each<T>(items: Changes<T>): AsyncGenerator<T, void, undefined> {
  yield* items;
}
