import type { Client } from "../client.ts";

/**
 * What every helper takes besides its subject.
 *
 * @example
 * const options: HelperOptions = { signal: AbortSignal.timeout(5000) };
 */
export interface HelperOptions {
  /** Ends the work; the helper then rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Which images, in which order: the query of `client.images.list`. `limit` is how many a request asks for, and not
 * how many there are in all.
 *
 * @example
 * const filter: ImageFilter = { tag: ["miracle"], owner: "d32e…", status: "active", os_distro: "debian" };
 */
export type ImageFilter = NonNullable<NonNullable<Parameters<Client["images"]["list"]>[0]>["query"]>;
