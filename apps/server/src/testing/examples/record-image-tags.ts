import { EXAMPLE_IDS, OTHER_STATE, TOO_LONG } from "./example-ids.ts";
import type { ExampleRecorder } from "./example-recorder.ts";
import { manyTags } from "./record-images.ts";

const { debian12, absent } = EXAMPLE_IDS;
const path = { image_id: debian12, tag: "old" };
const image = { image_id: debian12 };
const other = { headers: { "If-Match": OTHER_STATE } };
const reader = { as: "ALPHA_READER" } as const;

/** Records the routes of an image's tags, its removals last. `debian12` bears `miracle` and `production` afterwards. */
export async function recordImageTags(recorder: ExampleRecorder): Promise<void> {
  await recorder.done("imageTags.add", "added", "The image bears the tag", { path });
  await refusedOfOneTag(recorder, "imageTags.add");
  await recorder.done("imageTags.check", "borne", "The image bears the tag", { path });
  await recorder.refused("imageTags.check", "no-such-tag", { path: { ...path, tag: "absent" } });

  const list = await recorder.done("imageTags.list", "tags", "The tags, sorted", { path: image });
  const known = { "If-None-Match": list.headers["etag"] ?? "" };
  await recorder.done("imageTags.list", "known", "Nothing newer", { path: image, headers: known });
  await recorder.done("imageTags.check", "known", "Nothing newer", { path, headers: known });

  await recorder.done("imageTags.delete", "removed", "The image does not bear the tag any more", { path });
  await recorder.refused("imageTags.delete", "no-such-tag", { path });
  await refusedOfOneTag(recorder, "imageTags.delete");

  await recorder.done("imageTags.clear", "cleared", "The image bears no tag", { path: image });
  await recorder.refused("imageTags.clear", "unexpected-query", { path: image, query: { tag: "old" } });
  await recorder.refused("imageTags.clear", "precondition-failed", { path: image, ...other });
  await recorder.refused("imageTags.clear", "forbidden", { path: image, ...reader });

  const body = { tags: ["production", "miracle"] };
  const replace = { path: image, body };
  await recorder.done("imageTags.replace", "replaced", "These tags and no others", replace);
  await recorder.refused("imageTags.replace", "precondition-failed", { ...replace, ...other });
  await recorder.refused("imageTags.replace", "forbidden", { ...replace, ...reader });
  await recorder.refused("imageTags.replace", "invalid-tag", { path: image, body: { tags: [TOO_LONG] } });
  await recorder.refused("imageTags.replace", "invalid-body", { path: image, body: { tags: "miracle" } });
  const many = { path: image, body: { tags: manyTags() } };
  await recorder.refused("imageTags.replace", "tag-quota-exceeded", many);
}

/** What the removal and the addition of one tag refuse alike. */
async function refusedOfOneTag(
  recorder: ExampleRecorder,
  name: "imageTags.add" | "imageTags.delete",
): Promise<void> {
  await recorder.refused(name, "no-such-image", { path: { ...path, image_id: absent } });
  await recorder.refused(name, "invalid-tag", { path: { ...path, tag: TOO_LONG } });
  await recorder.refused(name, "forbidden", { path, ...reader });
  await recorder.refused(name, "precondition-failed", { path, ...other });
}
