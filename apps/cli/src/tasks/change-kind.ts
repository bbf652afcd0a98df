import type { Client, ManyTags, PlannedImage } from "@imagetags/client";
import type { TagStep } from "./rules-in-the-way.ts";
import type { TagChange } from "./tag-change.ts";

/** One kind of change that many images may undergo, and the words for it. */
export interface ChangeKind {
  /** The changes to make; the signal ends the search. */
  readonly find: (client: Client, signal: AbortSignal) => AsyncIterable<TagChange>;
  readonly make: (client: Client, change: TagChange) => Promise<string>;
  /** What a change does to tags, which rules may forbid. */
  readonly steps: (change: TagChange) => readonly TagStep[];
  /** The same as a plan of the server's; absent where none says it. */
  readonly planned?: PlannedKind | undefined;
  /** Whether the choice of images is so wide that a person is asked in any case. */
  readonly asksAlways?: boolean;
  /** The tags that are changed, where undoing all changes of them from a time on takes it back. */
  readonly undoTags?: readonly string[];
  readonly words: {
    /** "Removing" */
    readonly doing: string;
    /** "removal" */
    readonly one: string;
    /** "removed": also the result of a change that was made. */
    readonly done: string;
    /** "of old from" */
    readonly question: string;
    /** What is said when there is nothing to change. */
    readonly none: string;
    /** What is said at the end of how many changes were made. */
    readonly summary: (made: number) => string;
    readonly sentence: (change: TagChange, result: string) => string;
  };
}

/** A kind of change that a server plans, up to a thousand images at a time. */
export interface PlannedKind {
  readonly wanted: ManyTags;
  /** Whether the changes of all images are told of the first tag, then those of the next. */
  readonly isTagByTag?: boolean;
  /** The changes that a planned image stands for. */
  readonly changesOf: (image: PlannedImage) => readonly Pick<TagChange, "tag" | "newTag">[];
}
