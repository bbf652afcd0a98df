/**
 * What became of one image. `alreadyAbsent`: the tag, or the image with it, went meanwhile. A failure is one image's
 * own: the others go on. `wouldFail`: the server tells already that it would refuse.
 *
 * @example
 * function show({ imageId, name, ...result }: ImageRemoval): string {
 *   return `${imageId} ${name ?? ""} ${result.outcome === "failed" ? result.error.message : result.outcome}`;
 * }
 */
export type ImageRemoval = { readonly imageId: string; readonly name: string | null } & (
  | { readonly outcome: "removed" | "alreadyAbsent" | "wouldRemove" }
  | { readonly outcome: "failed" | "wouldFail"; readonly error: Error }
);
