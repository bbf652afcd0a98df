import { safeText } from "../output/safe-text.ts";
import { count } from "../terminal/progress.ts";

/** The result of a change that was not made because by then it was not what was found. */
export const CHANGED_SINCE = "changed since";

/** A number of things: "1 removal", "1,000 removals". */
export function plural(number: number, one: string): string {
  return `${count(number)} ${one}${number === 1 ? "" : "s"}`;
}

/** A number of images. */
export function images(number: number): string {
  return plural(number, "image");
}

/** An image of which something is told; some servers leave out that it has no name. */
interface NamedImage {
  readonly imageId: string;
  readonly imageName: string | null | undefined;
}

/** An image by its name, where it has one, and its id. */
export function describeImage({ imageId, imageName }: NamedImage): string {
  return safeText((imageName ?? "") === "" ? imageId : `${imageName} (${imageId})`);
}

/** That an image was not what was found any more. */
export function changedSince(image: NamedImage): string {
  return `${describeImage(image)} was changed since, and is left as it is.`;
}

/** Tags with commas between, for a sentence. */
export function tagList(tags: readonly string[]): string {
  return tags.map((tag) => safeText(tag)).join(", ");
}
