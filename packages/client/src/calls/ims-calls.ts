import type { imsTagsContract } from "@imagetags/contract";
import type { ClientOf } from "./client-of.ts";

/** The calls that only an Image Management Service has. */
export type ImsCalls = ClientOf<typeof imsTagsContract>;

/** By the client of the same address and token. */
const calls = new WeakMap<object, ImsCalls>();

/** Keeps the calls of a client for {@link imsCallsOf}. */
export function rememberImsCalls(client: object, ims: ImsCalls): void {
  calls.set(client, ims);
}

/** The calls of a client that has the profile `ims`; `undefined` for others. */
export function imsCallsOf(client: object): ImsCalls | undefined {
  return calls.get(client);
}
