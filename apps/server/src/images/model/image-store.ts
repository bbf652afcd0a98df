import type { Actor } from "./actor.ts";
import type { CloudTagFilter, CloudTagsListed } from "./cloud-tag.ts";
import type { ImageListFilter, ImagesListed } from "./image-list-filter.ts";
import type { ImageAccess, ImageEdit, ImageRecord, NewImage, ReceivedData } from "./image-record.ts";
import type { MemberStore } from "./member-store.ts";
import type { ImageKey, OverQuota, Permit } from "./permission.ts";
import type { ManyTagsChange, PlannedExchange } from "./tag-plan.ts";
import type { TagMove, TagMoveOutcome } from "./tag-move.ts";
import type { TagEvent, TagEventWalk, WalkedTagEvents } from "./tag-event.ts";
import type { TagRuleStore } from "./tag-rule-store.ts";

export type { ImageListFilter, SortField, SortOrder } from "./image-list-filter.ts";
export type { ImageKey, OverQuota, Permit } from "./permission.ts";

/** Names of stores by the ids of images. An image of which none is known is absent. */
export type ImageStores = ReadonlyMap<string, readonly string[]>;

/**
 * Where images and their tags are kept.
 *
 * What every implementation guarantees, for any number of callers and processes over one database:
 *
 * - A change is one transaction. A call that resolves has been committed and survives a crash of the
 *   process and of the machine; a call that rejects with {@link StoreUnavailable} may or may not have
 *   been, and nothing else may follow from it.
 * - Changes of one image are in one order, the same for everyone, and every call resolves with what the
 *   image answers when it is asked one thing at a time (linearizable: `history.test.ts` proves it). Of any
 *   number of removals of a tag, exactly one resolves with `removed`; none is lost, a quota is never passed.
 * - A tag is compared by its exact characters, whatever the collation of the column.
 * - Rows that a change does not concern are never written; of the image itself only `updated_at`
 *   moves, and only forward.
 * - Where events are recorded, each change of a tag that is committed has exactly one, committed with it, and those of an
 *   image are in the order of its changes.
 * - A change of a tag that a rule forbids to its actor rejects with an `ImageError` of reason `protected-tag`. A rule holds for
 *   every change that is committed after it, but on a cluster of Galera for each that is begun after it was answered.
 * - A read sees one state of an image, with everything committed before it began.
 */
export interface ImageStore extends MemberStore, TagRuleStore {
  /** Removes a tag, in every row that has it: careless writers leave several. */
  removeTag(key: ImageKey, tag: string, permit: Permit): Promise<"removed" | "no-tag" | "no-image">;

  /**
   * Adds a tag. One that is there already stays, and nothing is written. `overQuota` is the number of different
   * tags the image would have had, when that is more than `quota` (negative: unlimited).
   */
  addTag(
    key: ImageKey,
    tag: string,
    quota: number,
    permit: Permit,
  ): Promise<"added" | "present" | "no-image" | OverQuota>;

  /** Makes `tags` the tags of the image. Those that it has already keep their rows. */
  replaceTags(key: ImageKey, tags: ReadonlySet<string>, permit: Permit): Promise<"replaced" | "no-image">;

  /**
   * Has an image bear a tag in the place of all others of its owner's project that do, in one transaction: a list has one of
   * them, or all that there were before. Of any number of moves of a tag at once, each finds what the one before it left.
   */
  moveTag(move: TagMove): Promise<TagMoveOutcome>;

  /**
   * Makes an image with its tags and properties. `admit` is asked inside the transaction, with the owner's
   * usage including this image. An error that it returns refuses the image.
   */
  createImage(
    image: NewImage,
    admit?: (usage: Usage) => Error | undefined,
    actor?: Actor,
  ): Promise<ImageRecord | "id-taken">;

  /**
   * Changes an image as `edit` says. `edit` is asked inside the transaction with the image as it is then, and
   * an error that it returns refuses the change. Resolves with the image as it has become.
   */
  updateImage(
    key: ImageKey,
    permit: Permit,
    edit: (image: ImageRecord) => ImageEdit | Error,
  ): Promise<ImageRecord | "no-image">;

  /**
   * Makes the same change and takes it back before anybody sees it. So it rejects with what
   * {@link ImageStore.updateImage} would reject with just then.
   */
  rehearseUpdate(
    key: ImageKey,
    permit: Permit,
    edit: (image: ImageRecord) => ImageEdit | Error,
  ): Promise<"possible" | "no-image">;

  /**
   * Deletes an image with its tags, properties, members and locations. An image with data is left alone, unless
   * all of it lies at the `ownLocation` of the image.
   */
  deleteImage(
    key: ImageKey,
    permit: Permit,
    ownLocation?: (imageId: string) => string,
  ): Promise<"deleted" | "has-data" | "no-image" | OrphanedData>;

  /**
   * Makes a queued image wait for its data, which then no other upload can. `ready` is asked inside the
   * transaction with the image as it is then, and an error that it returns refuses the upload.
   */
  beginUpload(
    key: ImageKey,
    permit: Permit,
    ready: (image: ImageRecord) => Error | undefined,
  ): Promise<"begun" | "not-queued" | "no-image">;

  /**
   * Makes an image that waits for its data active; `gone` when it does not wait any more. `admit` is asked inside the
   * transaction, with the owner's usage including this data. An error that it returns refuses the data.
   */
  finishUpload(
    imageId: string,
    data: ReceivedData,
    admit?: (usage: Usage) => Error | undefined,
  ): Promise<"active" | "gone">;

  /**
   * Makes an image that waits for its data queued again, and tells whether there was one. `reclaim` is asked inside
   * the transaction, before another upload can begin. An error that it returns leaves the image as it is.
   */
  abandonUpload(
    imageId: string,
    reclaim?: () => Error | undefined,
  ): Promise<"abandoned" | "not-saving" | "deleted" | "no-image">;

  /** The stored id of a deleted image; `undefined` when there is none or it is not deleted. */
  findDeleted(imageId: string): Promise<string | undefined>;

  /** The image and what decides about access to it; `undefined` when there is none or it is deleted. */
  findImage(key: ImageKey): Promise<{ image: ImageRecord; access: ImageAccess } | undefined>;

  /** The same, and the values of the image's live locations, oldest first. */
  findImageData(key: ImageKey): Promise<FoundImageData | undefined>;

  /** The stores that hold the data of images, where Glance noted any: one for each live location, oldest first. */
  findStores(imageIds: readonly string[]): Promise<ImageStores>;

  /** A page of images in the order asked for; `no-marker` when there is no image of the id to go on after. */
  listImages(filter: ImageListFilter): Promise<ImagesListed | "no-marker">;

  /** A page of the tags that images of a list bear; `no-marker` when the marker is a text that no tag can be. */
  listCloudTags(filter: CloudTagFilter): Promise<CloudTagsListed | "no-marker">;

  /**
   * Brings the tag of an event back to what it was before. `changed` when it was changed since, and nothing is done.
   * `overQuota` as with {@link ImageStore.addTag}.
   */
  undoTagEvent(
    key: ImageKey,
    event: Pick<TagEvent, "id" | "tag" | "action">,
    quota: number,
    permit: Permit,
  ): Promise<"undone" | "changed" | "no-image" | OverQuota>;

  /** Tells what a change would do to which image, as they are just now. Images that it leaves as they are are left out. */
  planTags(change: ManyTagsChange): Promise<readonly PlannedExchange[]>;

  /**
   * Makes the same change of many images, in one transaction, and tells what it did to each. `agree` is asked inside the
   * transaction with what it is going to do, and an error that it returns refuses all of it. Where a part of what an image
   * is to undergo is refused, nothing is done to that image.
   */
  changeManyTags(
    change: ManyTagsChange,
    agree: (plan: readonly PlannedExchange[]) => Error | undefined,
  ): Promise<readonly PlannedExchange[]>;

  /** Goes through what became of tags, newest first. */
  walkTagEvents(walk: TagEventWalk): Promise<WalkedTagEvents>;

  /** The usage of a project. */
  findUsage(owner: string): Promise<Usage>;

  /** Resolves when the database answers. Rejects with {@link StoreUnavailable}, whatever keeps it from that. */
  ping(): Promise<void>;

  /** Whether so many changes wait that another rejects with {@link StoreOverloaded}. */
  overloaded(): boolean;

  /** Waits for changes under way and closes the database. */
  close(): Promise<void>;
}

/** An image, what decides about access to it, and where its data lies, in one state of the database. */
export interface FoundImageData {
  readonly image: ImageRecord;
  readonly access: ImageAccess;
  readonly locations: readonly string[];
}

/** How many images a project has, and how many bytes of data in all of them. */
export interface Usage {
  readonly images: number;
  readonly bytes: number;
}

/** Data whose image was deleted. The caller is to remove it now. */
export interface OrphanedData {
  /** The image's id as it is stored. */
  readonly dataOf: string;
}

/** The database cannot be reached, is locked for too long, is full or failed. The call may be tried again. */
export class StoreUnavailable extends Error {
  override readonly name: string = "StoreUnavailable";
}

/** The database answers but cannot be written to: it is read-only, a standby, or not part of its cluster. */
export class StoreReadOnly extends StoreUnavailable {
  override readonly name: string = "StoreReadOnly";
}

/** The database has no room for a change. Reads may go on, and so may a change that needs less room. */
export class StoreFull extends StoreUnavailable {
  override readonly name: string = "StoreFull";
}

/** Too many changes wait for the database. This one was not begun. */
export class StoreOverloaded extends StoreUnavailable {
  override readonly name = "StoreOverloaded";
}

/** The database has no room or no characters for a value that was to be written. Nothing was written. */
export class UnstorableText extends Error {
  override readonly name = "UnstorableText";
}
