/** How much there may be of what callers make. A negative number: as much as they like. */
export interface Quotas {
  /** Different tags of an image. */
  readonly tags: number;
  /** Properties of an image. */
  readonly properties: number;
  /** Members of an image. */
  readonly members: number;
  /** Bytes of an image's data. */
  readonly imageSize: number;
  /** Images of a project. */
  readonly images: number;
  /** Bytes of the data of all images of a project. */
  readonly storage: number;
}

/** Whether there is more than a quota allows. */
export function exceeds(amount: number, quota: number): boolean {
  return quota >= 0 && amount > quota;
}
