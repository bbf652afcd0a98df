import type { Image } from "@imagetags/client";
import { expect, test } from "vitest";
import { imageRow } from "./image-row.ts";

const IMAGE: Image = {
  id: "i",
  name: null,
  status: "active",
  visibility: "private",
  protected: false,
  owner: "p",
  tags: ["b", "a"],
  container_format: null,
  disk_format: null,
  created_at: "2026-01-02T03:04:05Z",
  updated_at: "2026-01-02T03:04:05Z",
  min_disk: 0,
  min_ram: 0,
  self: "/v2/images/i",
  file: "/v2/images/i/file",
  schema: "/v2/schemas/image",
};

test("an image is printed with each of its properties, also under names that every object inherits", () => {
  const names = Object.getOwnPropertyNames(Object.prototype);
  const properties = Object.fromEntries(names.map((name) => [name, `its ${name}`]));
  const row = imageRow({ ...IMAGE, ...properties });
  expect(Object.keys(row)).toEqual(expect.arrayContaining(["__proto__", ...names]));
  for (const name of names) expect(Object.getOwnPropertyDescriptor(row, name)?.value).toBe(`its ${name}`);
  expect(row["tags"]).toEqual(["a", "b"]);
});
