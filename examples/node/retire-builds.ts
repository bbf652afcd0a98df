// Takes a tag off every image that has not changed for so many days.
// Usage: node retire-builds.ts TAG DAYS
import { createClient, images, ImageTagsError, removeTag } from "@imagetags/client";

const [tag, days] = process.argv.slice(2);
const age = Number(days);
if (tag === undefined || tag === "" || !(age >= 0)) {
  console.error("Usage: retire-builds.ts TAG DAYS");
  process.exit(2);
}

const client = createClient({
  endpoint: process.env["IMAGETAGS_ENDPOINT"] ?? "http://127.0.0.1:9292",
  token: process.env["IMAGETAGS_TOKEN"] ?? "",
});
const before = Date.now() - age * 24 * 60 * 60 * 1000;

let failures = 0;
for await (const image of images(client, { tag })) {
  if (Date.parse(image.updated_at) > before) continue;
  try {
    const { outcome } = await removeTag(client, image.id, tag);
    console.log(`${image.name ?? image.id}: ${outcome === "removed" ? "retired" : "was retired meanwhile"}`);
  } catch (error) {
    if (!(error instanceof ImageTagsError)) throw error;
    failures += 1;
    console.error(`${image.name ?? image.id}: ${error.message}`);
  }
}
process.exitCode = failures === 0 ? 0 : 1;
