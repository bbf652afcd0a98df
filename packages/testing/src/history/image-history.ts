import type { Recorded } from "./find-order.ts";

/** When an image said it had been updated last. */
export interface UpdatedAt {
  readonly start: number;
  readonly end: number;
  readonly updatedAt: string;
}

/** What was seen of one image. */
export interface ImageHistory {
  readonly imageId: string;
  readonly recorded: Recorded[];
  readonly times: UpdatedAt[];
}
