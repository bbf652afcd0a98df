import { expect, test } from "vitest";
import { UNKNOWN, type TargetValue } from "../../policy/policy-target.ts";
import type { ImageAccess, ImageRecord } from "../model/image-record.ts";
import { newImage } from "../../testing/make-image.ts";
import { imageTarget, proposedTarget } from "./image-target.ts";

const RECORD: ImageRecord = {
  ...newImage({
    id: "i1",
    name: "first",
    status: "active",
    size: 5,
    virtualSize: 6,
    diskFormat: "raw",
    containerFormat: "bare",
    checksum: "c",
    osHashAlgo: "sha512",
    osHashValue: "h",
    osHidden: true,
    minDisk: 1,
    minRam: 2,
    tags: ["t"],
    properties: new Map([
      ["os_distro", "debian"],
      ["project_id", "evil"],
      ["member_id", "evil"],
    ]),
  }),
  createdAt: new Date(0),
  updatedAt: new Date(0),
};
const ACCESS: ImageAccess = {
  id: "i1",
  owner: "alpha",
  visibility: "shared",
  protected: true,
  isMember: true,
};

test.each<[name: string, atHand: TargetValue | undefined, whole: TargetValue | undefined | typeof UNKNOWN]>([
  ["owner", "alpha", "alpha"],
  ["project_id", "alpha", "alpha"],
  ["visibility", "shared", "shared"],
  ["member", "beta", "beta"],
  ["member_id", "beta", "beta"],
  ["id", "i1", "i1"],
  ["image_id", "i1", "i1"],
  ["protected", true, true],
  ["tags", undefined, undefined],
  ["created_at", undefined, undefined],
])("an image's %s is known, all of it or not", (name, atHand, whole) => {
  expect(imageTarget(ACCESS, "beta").attribute(name)).toBe(atHand);
  expect(imageTarget({ ...ACCESS, record: RECORD }, "beta").attribute(name)).toBe(whole);
});

test.each<[name: string, whole: TargetValue | undefined]>([
  ["name", "first"],
  ["status", "active"],
  ["os_hidden", true],
  ["size", 5],
  ["virtual_size", 6],
  ["disk_format", "raw"],
  ["container_format", "bare"],
  ["checksum", "c"],
  ["os_hash_algo", "sha512"],
  ["os_hash_value", "h"],
  ["min_disk", 1],
  ["min_ram", 2],
  ["os_distro", "debian"],
  ["absent", undefined],
])("an image's %s is known of all of it", (name, whole) => {
  expect(imageTarget(ACCESS, "beta").attribute(name)).toBe(UNKNOWN);
  expect(imageTarget({ ...ACCESS, record: RECORD }, "beta").attribute(name)).toBe(whole);
});

test.each<[what: string, image: ImageAccess, projectId: string | null]>([
  ["its owner", ACCESS, "alpha"],
  ["a project that it is not shared with", { ...ACCESS, isMember: false }, "beta"],
  [
    "a project that it was shared with before it became private",
    { ...ACCESS, visibility: "private" },
    "beta",
  ],
  ["no project", ACCESS, null],
])("an image has no member for %s", (_, image, projectId) => {
  expect(imageTarget(image, projectId).attribute("member_id")).toBeNull();
});

test("of an image that is to be made, owner and visibility are known, and it has nothing else", () => {
  const target = proposedTarget("alpha", "public");
  const names = ["owner", "project_id", "visibility", "member_id", "name"];
  expect(names.map((name) => target.attribute(name))).toEqual([
    "alpha",
    "alpha",
    "public",
    undefined,
    undefined,
  ]);
});
