/** The most of what callers may make. A negative number is no limit. */
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
