/** Looks `fetch` up at each call, so that tools which replace it later, as test tools do, are heard. */
export const platformFetch: typeof globalThis.fetch = (input, init) => globalThis.fetch(input, init);
