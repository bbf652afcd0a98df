import { describe, expect, test } from "vitest";
import { withImpliedRoles } from "../identity/roles.ts";
import { Policy } from "../policy/policy.ts";
import type { ImageAccess } from "../store/image-record.ts";
import { keyFor, permitFor } from "./access.ts";
import { ImageError } from "./image-error.ts";

const policy = new Policy();

const CHANGES = ["modify_image", "delete_image", "add_image_tag", "delete_image_tag"] as const;

/** The image as a stranger of project beta sees it unless it says otherwise. */
const IMAGES = {
  private: { visibility: "private" },
  "private, once shared": { visibility: "private", isMember: true },
  "shared with others": { visibility: "shared" },
  "shared with the caller's project": { visibility: "shared", isMember: true },
  community: { visibility: "community" },
  public: { visibility: "public" },
  "nobody's private": { visibility: "private", owner: null },
} as const satisfies Record<string, Partial<ImageAccess>>;

type ImageName = keyof typeof IMAGES;
type Outcome = "allowed" | "forbidden" | "image-not-found";

/** What becomes of a change. Source: real Glance 25.1 with its secure-RBAC defaults. */
const MATRIX: [who: string, project: string, roles: string[], outcomes: Record<ImageName, Outcome>][] = [
  ["an admin of another project", "infra", ["admin"], everywhere("allowed")],
  [
    "a member of the owner",
    "alpha",
    ["member"],
    { ...everywhere("allowed"), "nobody's private": "image-not-found" },
  ],
  [
    "a manager of the owner, in another case",
    "alpha",
    ["Manager"],
    { ...everywhere("allowed"), "nobody's private": "image-not-found" },
  ],
  [
    "a reader of the owner",
    "alpha",
    ["reader"],
    { ...everywhere("forbidden"), "nobody's private": "image-not-found" },
  ],
  ["one of the owner without a role", "alpha", [], everywhere("image-not-found")],
  [
    "a member of another project",
    "beta",
    ["member"],
    {
      private: "image-not-found",
      "private, once shared": "image-not-found",
      "shared with others": "image-not-found",
      "shared with the caller's project": "forbidden",
      community: "forbidden",
      public: "forbidden",
      "nobody's private": "image-not-found",
    },
  ],
  ["one of another project without a role", "beta", [], everywhere("image-not-found")],
];

describe.each(MATRIX)("a change by %s (project %s, roles %j)", (_, projectId, roles, outcomes) => {
  const caller = { userId: "someone", projectId, roles: withImpliedRoles(roles) };

  test.each(Object.entries(IMAGES))("of an image that is %s", (name, said) => {
    const image: ImageAccess = { id: "i", owner: "alpha", protected: false, isMember: false, ...said };
    const expected = Object.entries(outcomes).find(([kind]) => kind === name)?.[1];
    for (const rule of CHANGES) {
      const refused = permitFor(policy, rule, caller, "as-it-was-asked")(image);
      const outcome = refused instanceof ImageError ? refused.code : "allowed";
      expect(outcome, rule).toBe(expected);
      if (outcome === "image-not-found") expect(refused?.message).toBe("Image as-it-was-asked not found.");
    }
  });
});

test.each([
  ["add_image_tag", "modify_image"],
  ["delete_image_tag", "modify_image"],
  ["modify_image", "modify_image"],
  ["delete_image", "delete_image"],
] as const)("a refusal by %s speaks of %s, as Glance's does", (rule, named) => {
  const reader = { userId: "someone", projectId: "alpha", roles: withImpliedRoles(["reader"]) };
  const image: ImageAccess = {
    id: "i",
    owner: "alpha",
    visibility: "private",
    protected: false,
    isMember: false,
  };
  expect(permitFor(policy, rule, reader, "i")(image)).toMatchObject({
    code: "forbidden",
    message: `You are not authorized to complete ${named} action.`,
  });
});

test("the key of an image holds the id as it was asked for and the caller's project", () => {
  const caller = { userId: "u", projectId: "Alpha", roles: new Set<string>() };
  expect(keyFor(caller, "ABC")).toEqual({ imageId: "ABC", projectId: "Alpha" });
});

function everywhere(outcome: Outcome): Record<ImageName, Outcome> {
  return {
    private: outcome,
    "private, once shared": outcome,
    "shared with others": outcome,
    "shared with the caller's project": outcome,
    community: outcome,
    public: outcome,
    "nobody's private": outcome,
  };
}
