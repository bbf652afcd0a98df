import { PATCH_MEDIA_TYPES } from "@imagetags/contract";
import { makeImage } from "../api.ts";
import { EXAMPLE_IDS, OTHER_STATE } from "./example-ids.ts";
import type { ExampleRecorder } from "./example-recorder.ts";

const { debian12, debian13, absent } = EXAMPLE_IDS;
const path = { image_id: debian12 };
const [patchType, olderType] = PATCH_MEDIA_TYPES;

/** Records how images are made, shown, listed and changed. `debian12` and `debian13` are there afterwards. */
export async function recordImages(recorder: ExampleRecorder): Promise<void> {
  const body = {
    id: debian12,
    name: "debian-12",
    disk_format: "raw",
    container_format: "bare",
    min_disk: 4,
    tags: ["miracle", "production"],
    os_distro: "debian",
  };
  await recorder.done("images.create", "with-tags", "An image with tags and a property", { body });
  await recorder.done("images.create", "empty", "An image of which nothing is said", { body: {} });
  await recorder.refused("images.create", "image-id-taken", { body });
  await recorder.refused("images.create", "invalid-body", { body: { ...body, min_disk: "four" } });
  await recorder.refused("images.create", "read-only-attribute", { body: { checksum: "f00" } });
  await recorder.refused("images.create", "tag-quota-exceeded", { body: { tags: manyTags() } });
  await makeImage(recorder.server, { ...body, id: debian13, name: "debian-13", tags: ["miracle", "tested"] });

  const shown = await recorder.done("images.show", "shown", "The image", { path });
  const known = { "If-None-Match": shown.headers["etag"] ?? "" };
  await recorder.done("images.show", "known", "Nothing newer", { path, headers: known });
  await recorder.refused("images.show", "no-such-image", { path: { image_id: absent } });
  await recorder.done("images.list", "by-tag", "A page of the images with a tag", {
    query: { tag: "miracle", sort: "name:asc", limit: "1" },
  });
  await recorder.refused("images.list", "invalid-query", { query: { limit: "many" } });
  await recorder.refused("images.list", "no-such-marker", { query: { marker: absent } });

  const change = [
    { op: "replace", path: "/name", value: "debian-12.8" },
    { op: "add", path: "/os_version", value: "12.8" },
    { op: "replace", path: "/tags", value: ["miracle", "production"] },
  ];
  const patch = { path, type: patchType, body: change };
  await recorder.done("images.update", "fields-and-tags", "A field, a property and the tags", patch);
  await recorder.done("images.update", "older-form", "The older form of a patch", {
    path,
    type: olderType,
    body: [{ replace: "/name", value: "debian-12" }, { remove: "/os_version" }],
  });
  const removal = [{ op: "remove", path: "/os_version" }];
  await recorder.refused("images.update", "no-such-property", { ...patch, body: removal });
  const unknown = [{ op: "raze", path: "/name" }];
  await recorder.refused("images.update", "invalid-body", { ...patch, body: unknown });
  const checksum = [{ op: "replace", path: "/checksum", value: "f00" }];
  await recorder.refused("images.update", "read-only-attribute", { ...patch, body: checksum });
  await recorder.refused("images.update", "unsupported-media-type", { ...patch, type: "application/json" });
  await recorder.refused("images.update", "precondition-failed", {
    ...patch,
    headers: { "If-Match": OTHER_STATE },
  });
}

/** Records how an image is deleted; `debian12` is gone afterwards. */
export async function recordDeletion(recorder: ExampleRecorder): Promise<void> {
  const kept = { image_id: await makeImage(recorder.server, { name: "kept", protected: true }) };
  await recorder.refused("images.delete", "image-protected", { path: kept });
  await recorder.refused("images.delete", "forbidden", { path, as: "ALPHA_READER" });
  await recorder.refused("images.delete", "precondition-failed", {
    path,
    headers: { "If-Match": OTHER_STATE },
  });
  await recorder.done("images.delete", "deleted", "The image and its tags are gone", { path });
  await recorder.refused("images.delete", "no-such-image", { path });
}

/** One more than an image may bear. */
export function manyTags(): string[] {
  return Array.from({ length: 129 }, (_, index) => `tag-${index}`);
}
