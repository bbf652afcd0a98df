import { createHash } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";

/** What the images of the checks hold. */
export const SAMPLE = "what the image holds\n";

/** Its MD5, as an image shows it. */
export const SAMPLE_MD5 = createHash("md5").update(SAMPLE).digest("hex");

/** Writes it to a file and returns the path. */
export function sampleFile(folder: string): string {
  const path = join(folder, "sample.img");
  writeFileSync(path, SAMPLE);
  return path;
}
