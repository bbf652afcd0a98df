import type { ImageAccess } from "./image-record.ts";

/** What became of a tag. */
export type TagAction = "added" | "removed";

/** One change of one tag of one image, as it was committed. */
export interface TagEvent {
  /** In the order of time, and for one image in the order of its commits. */
  readonly id: string;
  /** When, in microseconds since 1970. */
  readonly microseconds: number;
  readonly action: TagAction;
  /** As it is stored. */
  readonly imageId: string;
  readonly tag: string;
  /** The project that owned the image. */
  readonly owner: string | null;
  /** Who changed it, in whose project and by which roles; `null` and none where that is not known. */
  readonly userId: string | null;
  readonly projectId: string | null;
  readonly roles: readonly string[];
  readonly requestId: string | null;
  /** By what the user had let another act, if so. */
  readonly applicationCredentialId: string | null;
  readonly trustId: string | null;
}

/** Where events are known from: the rows that each change writes, or what Glance left of a tag. */
export type TagEventSource = "events" | "glance";

/** Which events to go through, newest first, whoever may see them. Times are microseconds since 1970. */
export interface TagEventWalk {
  /** The one of this id alone. */
  readonly id?: string | undefined;
  /** Of this image alone, by its id as it is stored. */
  readonly imageId?: string | undefined;
  /** Of this tag alone. */
  readonly tag?: string | undefined;
  /** Not older than this. */
  readonly since?: number | undefined;
  /** Older than this. */
  readonly until?: number | undefined;
  /** Older than the event of this id. */
  readonly after?: string | undefined;
  readonly limit: number;
  /** The asking project, for {@link ImageAccess.isMember}. */
  readonly projectId: string | null;
  /** Whether the images are to come with all of their record. */
  readonly withRecords: boolean;
}

/** An event, and the image that it is of while there is one. */
export interface WalkedTagEvent {
  readonly event: TagEvent;
  /** `undefined` when the image is deleted, or its row is gone. */
  readonly image: ImageAccess | undefined;
}

/** A part of a walk; there are no more when it has fewer events than were asked for. */
export interface WalkedTagEvents {
  readonly source: TagEventSource;
  readonly events: readonly WalkedTagEvent[];
}
