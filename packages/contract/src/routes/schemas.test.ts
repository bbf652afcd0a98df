import { describe, expect, test } from "vitest";
import { CONTAINER_FORMATS, DISK_FORMATS, VISIBILITIES } from "../glance-schemas/image-words.ts";
import { imageFields } from "../wire/image.ts";
import { member, MEMBER_STATUSES } from "./members.ts";
import { SCHEMA_DOCUMENTS } from "./schemas.ts";

const { image, images, member: memberDocument, members } = SCHEMA_DOCUMENTS;

describe("the schema of an image", () => {
  test("describes every field of the contract's image, and beside those what only other servers show", () => {
    const described = Object.entries(image.properties).flatMap(([name, schema]) =>
      "is_base" in schema ? [] : [name],
    );
    const elsewhere = ["direct_url", "stores", "locations"];
    expect(described.toSorted()).toEqual([...Object.keys(imageFields), ...elsewhere].toSorted());
  });

  test("describes no field as a property, and each property as none of the fields", () => {
    for (const [name, schema] of Object.entries(image.properties)) {
      if (!("is_base" in schema)) continue;
      expect(schema["is_base"], name).toBe(false);
      expect(imageFields).not.toHaveProperty([name]);
    }
  });

  test("allows what the contract allows", () => {
    expect(image.properties["visibility"]?.["enum"]).toEqual(expect.arrayContaining([...VISIBILITIES]));
    expect(image.properties["disk_format"]?.["enum"]).toEqual([null, ...DISK_FORMATS]);
    expect(image.properties["container_format"]?.["enum"]).toEqual([null, ...CONTAINER_FORMATS]);
    expect(image.additionalProperties).toEqual({ type: "string" });
  });
});

test("the schema of a member describes the contract's member", () => {
  expect(Object.keys(memberDocument.properties).toSorted()).toEqual(Object.keys(member.shape).toSorted());
  expect(memberDocument.properties["status"]?.["enum"]).toEqual(MEMBER_STATUSES);
});

test("the schemas of lists describe lists of these, with Glance's links", () => {
  expect(images).toEqual({
    name: "images",
    properties: {
      images: { type: "array", items: image },
      first: { type: "string" },
      next: { type: "string" },
      schema: { type: "string" },
    },
    links: [
      { rel: "first", href: "{first}" },
      { rel: "next", href: "{next}" },
      { rel: "describedby", href: "{schema}" },
    ],
  });
  expect(members).toEqual({
    name: "members",
    properties: { members: { type: "array", items: memberDocument }, schema: { type: "string" } },
    links: [{ rel: "describedby", href: "{schema}" }],
  });
});
