import type { RequestSender } from "./request-sender.ts";

/** Looks `fetch` up at each call, so that tools which replace it later, as test tools do, are heard. */
export const platformFetch: RequestSender = (input, init) => globalThis.fetch(input, init);
