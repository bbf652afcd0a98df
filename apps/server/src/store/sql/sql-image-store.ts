import {
  StoreFull,
  StoreOverloaded,
  StoreUnavailable,
  type ImageStore,
} from "../../images/model/image-store.ts";
import { abandonUpload, beginUpload, findDeleted, findImageData, finishUpload } from "./change-data.ts";
import { findUsage } from "./check-usage.ts";
import { findStores } from "./find-stores.ts";
import { createImage, deleteImage } from "./change-images.ts";
import { addMember, findMembers, removeMember, setMemberStatus } from "./change-members.ts";
import { addTag, removeTag, replaceTags } from "./change-tags.ts";
import { undoTagEvent } from "./events/undo-event.ts";
import { changeManyTags } from "./many/change-many-tags.ts";
import { planTags } from "./many/plan-tags.ts";
import { walkTagEvents } from "./events/walk-events.ts";
import { deleteTagRule, findTagRule, listTagRules, makeTagRule } from "./rules/change-rules.ts";
import { KnownRules } from "./rules/known-rules.ts";
import { BegunTooEarly, moveTag } from "./move-tag.ts";
import { listCloudTags } from "./lists/list-cloud-tags.ts";
import { listImages } from "./lists/list-images.ts";
import { findImage } from "./read-images.ts";
import { preauthorize } from "./removal/preauthorized-removal.ts";
import { whyNotRemoved } from "./removal/why-not-removed.ts";
import { clockTime } from "./moments.ts";
import type { SqlDatabase } from "./sql-database.ts";
import type { Steps } from "./statement.ts";
import { rehearseUpdate } from "./rehearse-update.ts";
import { compileStatements, type Statements } from "./statements.ts";
import type { Tx } from "./tx.ts";
import { updateImage } from "./update-image.ts";

/** How long the database counts as full after a change that found no room, in milliseconds, unless one is done. */
const FULL_FOR = 10_000;

/** How often a move is begun: each time another move of the tag, or an addition, came first. */
const MOST_BEGINNINGS = 100;

/** An operation of the store: its signature is that of {@link ImageStore} with a {@link Tx} before it. */
type Operation<Args extends readonly unknown[], Result> = (tx: Tx, ...args: Args) => Steps<Result>;

/** Reads the table, and writes to it where it has no row: a read-only database refuses that. */
function* probe({ sql, now }: Tx): Steps<void> {
  const imageId = "";
  yield* sql.findImage.first({ imageId });
  yield* sql.touchImage.run({ imageId, now });
  if (sql.dialect.confirm !== undefined) yield sql.dialect.confirm;
}

/** Does an operation, and has its transaction end when a standby has what it found, where one is waited for. */
function* confirmed<Result>(tx: Tx, operation: (tx: Tx) => Steps<Result>): Steps<Result> {
  const result = yield* operation(tx);
  if (tx.sql.dialect.confirm !== undefined) yield tx.sql.dialect.confirm;
  return result;
}

/** The one {@link ImageStore}, over any {@link SqlDatabase} with Glance's schema. */
export class SqlImageStore implements ImageStore {
  readonly #database: SqlDatabase;
  readonly #sql: Statements;
  readonly #knownRules: KnownRules | undefined;
  #fullUntil = -Infinity;

  constructor(database: SqlDatabase) {
    this.#database = database;
    this.#knownRules = database.holdsRules ? new KnownRules() : undefined;
    this.#sql = compileStatements(database.queries, database.dialect);
  }

  readonly addTag = this.#changes(addTag);
  readonly replaceTags = this.#changes(replaceTags);
  readonly undoTagEvent = this.#changes(undoTagEvent);
  readonly changeManyTags = this.#changes(changeManyTags);
  readonly createImage = this.#changes(createImage);
  readonly updateImage = this.#changes(updateImage);
  readonly rehearseUpdate = this.#changes(rehearseUpdate);
  readonly deleteImage = this.#changes(deleteImage);
  readonly beginUpload = this.#changes(beginUpload);
  readonly finishUpload = this.#changes(finishUpload);
  readonly abandonUpload = this.#changes(abandonUpload);
  readonly addMember = this.#changes(addMember);
  readonly setMemberStatus = this.#changes(setMemberStatus);
  readonly removeMember = this.#changes(removeMember);
  readonly makeTagRule = this.#changes(makeTagRule);
  readonly deleteTagRule = this.#changes(deleteTagRule);

  readonly findImage = this.#reads(findImage);
  readonly findImageData = this.#reads(findImageData);
  readonly findDeleted = this.#reads(findDeleted);
  readonly findStores = this.#reads(findStores);
  readonly walkTagEvents = this.#reads(walkTagEvents);
  readonly planTags = this.#reads(planTags);
  readonly findUsage = this.#reads(findUsage);
  readonly listImages: ImageStore["listImages"] = async (filter) =>
    await (this.#database.list?.(filter) ?? this.#listHere(filter));
  readonly listCloudTags: ImageStore["listCloudTags"] = async (filter) =>
    await (this.#database.listTags?.(filter) ?? this.#listTagsHere(filter));
  readonly findMembers = this.#reads(findMembers);
  readonly listTagRules = this.#reads(listTagRules);
  readonly findTagRule = this.#reads(findTagRule);

  readonly #listHere = this.#reads(listImages);
  readonly #listTagsHere = this.#reads(listCloudTags);
  readonly #removeInTransaction = this.#changes(removeTag);
  readonly #beginMove = this.#changes(moveTag);

  readonly moveTag: ImageStore["moveTag"] = async (move) => {
    for (let left = MOST_BEGINNINGS; left > 0; left -= 1) {
      try {
        return await this.#beginMove(move);
      } catch (error) {
        if (!(error instanceof BegunTooEarly)) throw error;
      }
    }
    throw new StoreOverloaded("The tag is changed all the time.");
  };

  /** A preauthorized removal goes in a batch. Any other, and one that the batch did not do, is a transaction. */
  readonly removeTag: ImageStore["removeTag"] = (key, tag, permit) =>
    this.#noted(this.#removeTag(key, tag, permit));

  readonly #removeTag: ImageStore["removeTag"] = async (key, tag, permit) => {
    const removal = preauthorize(this.#sql.dialect, key, tag, permit, this.#knownRules);
    if (removal !== undefined) {
      const outcome = await this.#database.removePreauthorized(removal);
      if (outcome !== "unknown") return outcome;
      const why = await this.#database.autocommit(() => whyNotRemoved(this.#tx(), key, tag, permit));
      if (why !== "unknown") return why;
    }
    return await this.#removeInTransaction(key, tag, permit);
  };

  async ping(): Promise<void> {
    // A probe that writes no row finds room on any disk.
    if (performance.now() < this.#fullUntil) throw new StoreFull("The database had no room a moment ago.");
    try {
      await this.#database.probe(() => probe(this.#tx()));
    } catch (cause) {
      if (cause instanceof StoreUnavailable) throw cause;
      throw new StoreUnavailable("The database does not answer.", { cause });
    }
  }

  overloaded(): boolean {
    return this.#database.overloaded();
  }

  close(): Promise<void> {
    return this.#database.close();
  }

  #changes<Args extends readonly unknown[], Result>(operation: Operation<Args, Result>) {
    return (...args: Args): Promise<Result> =>
      this.#noted(this.#database.change(() => confirmed(this.#tx(), (tx) => operation(tx, ...args))));
  }

  /** Passes the outcome of a change on, and notes whether there was room for it. */
  async #noted<Result>(change: Promise<Result>): Promise<Result> {
    try {
      const result = await change;
      this.#fullUntil = -Infinity;
      return result;
    } catch (error) {
      if (error instanceof StoreFull) this.#fullUntil = performance.now() + FULL_FOR;
      throw error;
    }
  }

  #reads<Args extends readonly unknown[], Result>(operation: Operation<Args, Result>) {
    return (...args: Args): Promise<Result> => this.#database.read(() => operation(this.#tx(), ...args));
  }

  /** Times follow the order of changes, so the time is taken when a change is done and not when it is asked for. */
  #tx(): Tx {
    const { queries, dialect, moments, recordsEvents, destinations, isGlances } = this.#database;
    const moment = moments.next();
    return {
      queries,
      sql: this.#sql,
      now: dialect.toTime(clockTime(moment)),
      moment,
      recordsEvents,
      destinations,
      knownRules: this.#knownRules,
      isGlances,
    };
  }
}
