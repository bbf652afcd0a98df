import { toCertainRemoval, type Attempt, type CertainRemoval } from "./removal/preauthorized-removal.ts";
import type { MemberStatus } from "@imagetags/contract";
import type { Kysely } from "kysely";
import { createImage, deleteImage } from "./change-images.ts";
import { abandonUpload, beginUpload, findImageData, finishUpload } from "./change-data.ts";
import { addTag, removeTag, replaceTags } from "./change-tags.ts";
import type { Dialect } from "./dialect.ts";
import type { ImageListFilter, ImagesListed } from "../../images/model/image-list-filter.ts";
import type {
  ImageAccess,
  ImageEdit,
  ImageRecord,
  NewImage,
  ReceivedData,
} from "../../images/model/image-record.ts";
import {
  StoreUnavailable,
  type FoundImageData,
  type ImageKey,
  type ImageStore,
  type OrphanedData,
  type OverQuota,
  type Permit,
} from "../../images/model/image-store.ts";
import { listImages } from "./lists/list-images.ts";
import type { MemberRecord } from "../../images/model/member-record.ts";
import type { MemberPermit } from "../../images/model/member-store.ts";
import { addMember, findMembers, removeMember, setMemberStatus } from "./change-members.ts";
import { findImage } from "./read-images.ts";
import { removeTagSingly } from "./removal/remove-tag-singly.ts";
import type { Schema } from "./schema.ts";
import type { Work } from "./statement.ts";
import { updateImage } from "./update-image.ts";
import { compileStatements, type Statements } from "./statements.ts";

/** A database that runs {@link Work} in transactions of its own kind. */
export interface SqlDatabase {
  /** Builds queries in the database's dialect. */
  readonly queries: Kysely<Schema>;
  readonly dialect: Dialect;
  /** Runs work that writes; resolves when it is durable. */
  change<Result>(work: () => Work<Result>): Promise<Result>;
  /** Runs work that reads one state of the database. */
  read<Result>(work: () => Work<Result>): Promise<Result>;
  /**
   * Runs work whose statements are a transaction each, where the dialect has statements that change all
   * that belongs together.
   */
  singly?<Result>(work: () => Work<Result>): Promise<Result>;
  /**
   * Does a removal that is certain the shortest way that there is for it, with others that wait. `undefined`:
   * there is none just now.
   */
  removeCertain?(removal: CertainRemoval): Promise<Attempt> | undefined;
  /** Whether so many changes wait that another is refused; absent: never. */
  overloaded?(): boolean;
  close(): Promise<void>;
}

/** The one {@link ImageStore}, over any {@link SqlDatabase} with Glance's schema. */
export class SqlImageStore implements ImageStore {
  readonly #database: SqlDatabase;
  readonly #sql: Statements;
  readonly #clock: () => Date;

  constructor(database: SqlDatabase, clock: () => Date = () => new Date()) {
    this.#database = database;
    this.#sql = compileStatements(database.queries, database.dialect);
    this.#clock = clock;
  }

  async removeTag(key: ImageKey, tag: string, permit: Permit): Promise<"removed" | "no-tag" | "no-image"> {
    const { removals, dialect } = this.#sql;
    const removal = toCertainRemoval(dialect, key, tag, permit);
    const shortly = removal === undefined ? undefined : this.#database.removeCertain?.(removal);
    // Where there is no such way the next takes its turn at once, before whatever else is asked for.
    const attempt = shortly === undefined ? "unknown" : await shortly;
    if (attempt !== "unknown") return attempt;
    // A precondition is asked of the image as it is within the transaction.
    if (removals !== undefined && key.precondition === undefined) {
      const outcome = await this.#database.singly?.(() =>
        removeTagSingly(this.#sql, removals, key, tag, this.#now(), permit),
      );
      if (outcome !== undefined && outcome !== "unsettled") return outcome;
    }
    return await this.#database.change(() => removeTag(this.#sql, key, tag, this.#now(), permit));
  }

  addTag(
    key: ImageKey,
    tag: string,
    quota: number,
    permit: Permit,
  ): Promise<"added" | "present" | "no-image" | OverQuota> {
    return this.#database.change(() => addTag(this.#sql, key, tag, quota, this.#now(), permit));
  }

  replaceTags(key: ImageKey, tags: ReadonlySet<string>, permit: Permit): Promise<"replaced" | "no-image"> {
    return this.#database.change(() => replaceTags(this.#sql, key, tags, this.#now(), permit));
  }

  createImage(image: NewImage): Promise<ImageRecord | "id-taken"> {
    return this.#database.change(() => createImage(this.#database.queries, this.#sql, image, this.#now()));
  }

  updateImage(
    key: ImageKey,
    permit: Permit,
    edit: (image: ImageRecord) => ImageEdit | Error,
  ): Promise<ImageRecord | "no-image"> {
    const { queries } = this.#database;
    return this.#database.change(() => updateImage(queries, this.#sql, key, this.#now(), permit, edit));
  }

  deleteImage(
    key: ImageKey,
    permit: Permit,
    ownLocation?: (imageId: string) => string,
  ): Promise<"deleted" | "has-data" | "no-image" | OrphanedData> {
    return this.#database.change(() => deleteImage(this.#sql, key, this.#now(), permit, ownLocation));
  }

  beginUpload(
    key: ImageKey,
    permit: Permit,
    ready: (image: ImageRecord) => Error | undefined,
  ): Promise<"begun" | "not-queued" | "no-image"> {
    return this.#database.change(() => beginUpload(this.#sql, key, this.#now(), permit, ready));
  }

  finishUpload(imageId: string, data: ReceivedData): Promise<"active" | "gone"> {
    return this.#database.change(() => finishUpload(this.#sql, imageId, data, this.#now()));
  }

  abandonUpload(imageId: string): Promise<"abandoned" | "not-saving" | "deleted" | "no-image"> {
    return this.#database.change(() => abandonUpload(this.#sql, imageId, this.#now()));
  }

  findImage(key: ImageKey): Promise<{ image: ImageRecord; access: ImageAccess } | undefined> {
    return this.#database.read(() => findImage(this.#sql, key));
  }

  findImageData(key: ImageKey): Promise<FoundImageData | undefined> {
    return this.#database.read(() => findImageData(this.#sql, key));
  }

  listImages(filter: ImageListFilter): Promise<ImagesListed | "no-marker"> {
    return this.#database.read(() => listImages(this.#database.queries, this.#sql, filter));
  }

  findMembers(key: ImageKey): Promise<{ access: ImageAccess; members: MemberRecord[] } | undefined> {
    return this.#database.read(() => findMembers(this.#sql, key));
  }

  addMember(
    key: ImageKey,
    memberId: string,
    quota: number,
    permit: Permit,
  ): Promise<MemberRecord | "is-member" | "no-image" | OverQuota> {
    return this.#database.change(() => addMember(this.#sql, key, memberId, quota, this.#now(), permit));
  }

  setMemberStatus(
    key: ImageKey,
    memberId: string,
    status: MemberStatus,
    permit: MemberPermit,
  ): Promise<MemberRecord | "no-member" | "no-image"> {
    return this.#database.change(() =>
      setMemberStatus(this.#sql, key, memberId, status, this.#now(), permit),
    );
  }

  removeMember(
    key: ImageKey,
    memberId: string,
    permit: MemberPermit,
  ): Promise<"removed" | "no-member" | "no-image"> {
    return this.#database.change(() => removeMember(this.#sql, key, memberId, this.#now(), permit));
  }

  async ping(): Promise<void> {
    try {
      // No image has this id; what matters is that the table was looked into.
      await this.#database.read(() => this.#sql.findImage.first({ imageId: "" }));
    } catch (cause) {
      throw new StoreUnavailable("The database does not answer.", { cause });
    }
  }

  overloaded(): boolean {
    return this.#database.overloaded?.() ?? false;
  }

  close(): Promise<void> {
    return this.#database.close();
  }

  /** The time of a change is taken when it is done, not when it was asked for: times follow the order. */
  #now(): string {
    return this.#sql.dialect.toTime(this.#clock());
  }
}
