import type { Actor } from "./actor.ts";
import type { ImageAccess, ImageRecord } from "./image-record.ts";

/**
 * Asked inside the transaction, after the image is found and before anything changes. An error returned
 * refuses the change: nothing is written, and the call rejects with that error.
 */
export interface Permit {
  (image: ImageAccess): Error | undefined;
  /**
   * The images whose change is permitted before they are known, so that a store need not look first: `any`, or
   * those whose owner is the asking project.
   */
  readonly preauthorized?: "any" | "own";
  /** Whether {@link ImageAccess.record} must be given. Without it the permit refuses what it cannot decide. */
  readonly needsRecord?: boolean;
}

/** The image that a project asks for. A UUID matches in any case. */
export interface ImageKey {
  readonly imageId: string;
  /** The asking project, for {@link ImageAccess.isMember}; `null` when the caller has none. */
  readonly projectId: string | null;
  /**
   * Asked by a change inside the transaction, with the image as it is then, after the {@link Permit} and before
   * all else. An error that it returns refuses the change as a permit's does.
   */
  readonly precondition?: (image: ImageRecord) => Error | undefined;
  /** Who makes the change, for the events that it writes; absent: the server itself. */
  readonly actor?: Actor;
}

/** An addition that would pass the quota. */
export interface OverQuota {
  readonly overQuota: number;
}
