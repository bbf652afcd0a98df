import { VISIBILITIES } from "@imagetags/contract";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Caller } from "../../identity/caller.ts";
import { withImpliedRoles } from "../../identity/roles.ts";
import { Policy } from "../../policy/policy.ts";
import type { ImageAccess } from "../model/image-record.ts";
import { anyCaller, anyCheck } from "../../testing/policy-arbitraries.ts";
import { policyOf } from "../../testing/policy-of.ts";
import { printCheck } from "../../testing/print-check.ts";
import { newImage } from "../../testing/make-image.ts";
import { keyFor, permitFor } from "./permit.ts";
import { ImageError } from "../model/image-error.ts";

const policy = new Policy();

const CHANGES = ["modify_image", "delete_image", "add_image_tag", "delete_image_tag"] as const;

/** The images as a stranger of project beta sees them, unless one says otherwise. */
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
type Outcome = "allowed" | "forbidden" | "no-such-image";

/** What becomes of a change. Source: real Glance 25.1 with its secure-RBAC defaults. */
const MATRIX: [who: string, project: string, roles: string[], outcomes: Record<ImageName, Outcome>][] = [
  ["an admin of another project", "infra", ["admin"], everywhere("allowed")],
  [
    "a member of the owner",
    "alpha",
    ["member"],
    { ...everywhere("allowed"), "nobody's private": "no-such-image" },
  ],
  [
    "a manager of the owner, in another case",
    "alpha",
    ["Manager"],
    { ...everywhere("allowed"), "nobody's private": "no-such-image" },
  ],
  [
    "a reader of the owner",
    "alpha",
    ["reader"],
    { ...everywhere("forbidden"), "nobody's private": "no-such-image" },
  ],
  ["one of the owner without a role", "alpha", [], everywhere("no-such-image")],
  [
    "a member of another project",
    "beta",
    ["member"],
    {
      private: "no-such-image",
      "private, once shared": "no-such-image",
      "shared with others": "no-such-image",
      "shared with the caller's project": "forbidden",
      community: "forbidden",
      public: "forbidden",
      "nobody's private": "no-such-image",
    },
  ],
  ["one of another project without a role", "beta", [], everywhere("no-such-image")],
];

describe.each(MATRIX)("a change by %s (project %s, roles %j)", (_, projectId, roles, outcomes) => {
  const caller = { userId: "someone", projectId, roles: withImpliedRoles(roles) };

  test.each(Object.entries(IMAGES))("of an image that is %s", (name, said) => {
    const image: ImageAccess = { id: "i", owner: "alpha", protected: false, isMember: false, ...said };
    const expected = Object.entries(outcomes).find(([kind]) => kind === name)?.[1];
    for (const rule of CHANGES) {
      const refused = permitFor(policy, rule, caller, "as-it-was-asked")(image);
      const outcome = refused instanceof ImageError ? refused.reason : "allowed";
      expect(outcome, rule).toBe(expected);
      if (outcome === "no-such-image") expect(refused?.message).toBe("Image as-it-was-asked not found.");
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
    reason: "forbidden",
    message: `You are not authorized to complete ${named} action.`,
  });
});

const MEMBER: Caller = { userId: "alice", projectId: "alpha", roles: withImpliedRoles(["member"]) };
const READER: Caller = { userId: "anna", projectId: "alpha", roles: withImpliedRoles(["reader"]) };
const ADMIN: Caller = { userId: "root", projectId: "infra", roles: withImpliedRoles(["admin"]) };
const NOBODY: Caller = { userId: "otto", projectId: "alpha", roles: new Set() };
const SYSTEM: Caller = { ...ADMIN, projectId: null, attributes: { system_scope: "all" } };

const OWN: ImageAccess = {
  id: "i",
  owner: "alpha",
  visibility: "private",
  protected: false,
  isMember: false,
};
const PUBLIC: ImageAccess = { ...OWN, owner: "beta", visibility: "public" };
const FOREIGN: ImageAccess = { ...OWN, owner: "beta" };

describe("a policy that is wider than Glance's", () => {
  const wide = policyOf({ modify_image: "@", get_image: "@" });

  test.each<[who: string, caller: Caller, image: ImageAccess, message: string | undefined]>([
    ["allows what the rule does on one's own image", NOBODY, OWN, undefined],
    ["allows no change of another's public image", MEMBER, PUBLIC, "You do not own this image"],
    [
      "allows no change of an image of nobody",
      MEMBER,
      { ...PUBLIC, owner: null },
      "You do not own this image",
    ],
    ["shows no other's private image", MEMBER, FOREIGN, "Image i not found."],
    ["keeps no administrator out", ADMIN, FOREIGN, undefined],
    ["lets no token of the system pass", SYSTEM, FOREIGN, "Image i not found."],
  ])("%s", (_, caller, image, message) => {
    expect(permitFor(wide, "delete_image_tag", caller, "i")(image)?.message).toBe(message);
  });

  test("may make another role an administrator's", () => {
    const renamed = policyOf({ context_is_admin: "role:cloud_admin" });
    const boss: Caller = { ...NOBODY, projectId: "infra", roles: new Set(["cloud_admin"]) };
    expect(permitFor(renamed, "modify_image", boss, "i")(FOREIGN)).toBeUndefined();
    expect(permitFor(renamed, "modify_image", ADMIN, "i")(FOREIGN)).toMatchObject({
      reason: "no-such-image",
    });
  });
});

describe("a policy that hands out the removal of tags alone", () => {
  const handedOut = policyOf({ delete_image_tag: "role:tag_janitor and project_id:%(project_id)s" });
  const janitor: Caller = { ...NOBODY, roles: new Set(["tag_janitor"]) };

  test("lets a janitor who may not even see an image remove its tags, and nothing else", () => {
    expect(permitFor(handedOut, "delete_image_tag", janitor, "i")(OWN)).toBeUndefined();
    for (const rule of ["add_image_tag", "modify_image", "delete_image", "upload_image"] as const) {
      expect(permitFor(handedOut, rule, janitor, "i")(OWN), rule).toMatchObject({ reason: "no-such-image" });
    }
    expect(permitFor(handedOut, "delete_image_tag", janitor, "i")(PUBLIC)).toMatchObject({
      reason: "no-such-image",
    });
  });

  test("takes it from a member, who may do the rest", () => {
    expect(permitFor(handedOut, "delete_image_tag", MEMBER, "i")(OWN)).toMatchObject({ reason: "forbidden" });
    expect(permitFor(handedOut, "add_image_tag", MEMBER, "i")(OWN)).toBeUndefined();
  });

  test("lets nobody replace tags who may not both add and remove them", () => {
    const both = ["delete_image_tag", "add_image_tag"] as const;
    expect(permitFor(handedOut, both, MEMBER, "i")(OWN)).toMatchObject({ reason: "forbidden" });
    expect(permitFor(handedOut, both, janitor, "i")(OWN)).toMatchObject({ reason: "no-such-image" });
    expect(permitFor(policy, both, MEMBER, "i")(OWN)).toBeUndefined();
  });
});

describe("what is certain of a permit before the image is known", () => {
  test.each<[who: string, rule: string, caller: Caller, certain: "any" | "own" | undefined]>([
    ["an administrator", "rule:modify_image", ADMIN, "any"],
    ["a member", "rule:modify_image", MEMBER, "own"],
    ["a reader", "rule:modify_image", READER, undefined],
    ["a reader whom the rule allows everything", "@", READER, "own"],
    [
      "a member of a project that only removes from what is not public",
      "not 'public':%(visibility)s",
      MEMBER,
      undefined,
    ],
    [
      "a member where the image must not be protected",
      "role:member and False:%(protected)s",
      MEMBER,
      undefined,
    ],
    ["a member where the image must be golden", "'yes':%(golden)s or role:member", MEMBER, "own"],
    ["an administrator whom the rule refuses", "!", ADMIN, undefined],
    ["an administrator who must own the image", "project_id:%(owner)s", ADMIN, "own"],
    ["a token of the system", "@", SYSTEM, undefined],
  ])("for %s, by %j", (_, rule, caller, preauthorized) => {
    expect(
      permitFor(policyOf({ delete_image_tag: rule }), "delete_image_tag", caller, "i").preauthorized,
    ).toBe(preauthorized);
  });

  test("is so of every image that it is said of, by whatever rule", () => {
    const image = fc.record({
      owner: fc.constantFrom("alpha", "beta", null),
      visibility: fc.constantFrom(...VISIBILITIES),
      protected: fc.boolean(),
      isMember: fc.boolean(),
      osDistro: fc.constantFrom("alpha", "public", undefined),
    });
    const found = { any: 0, own: 0, no: 0 };
    fc.assert(
      fc.property(
        anyCheck(),
        anyCaller,
        fc.array(image, { minLength: 5, maxLength: 5 }),
        (check, caller, images) => {
          const random = policyOf({ delete_image_tag: printCheck(check) });
          const permit = permitFor(random, "delete_image_tag", caller, "i");
          found[permit.preauthorized ?? "no"] += 1;
          for (const { osDistro, ...said } of images) {
            const properties = new Map(osDistro === undefined ? [] : [["os_distro", osDistro] as const]);
            const record = {
              ...newImage({ ...said, properties }),
              createdAt: new Date(),
              updatedAt: new Date(),
            };
            const isMeant =
              permit.preauthorized === "any" ||
              (permit.preauthorized === "own" && said.owner === caller.projectId);
            if (isMeant) expect(permit({ id: "i", ...said, record })).toBeUndefined();
          }
        },
      ),
      { numRuns: 200 },
    );
    expect(Math.min(found.any, found.own, found.no)).toBeGreaterThan(0);
  });
});

describe("a rule that asks for more of an image than decides about access to it", () => {
  const golden = policyOf({ delete_image_tag: "role:member and 'yes':%(golden)s" });
  const permit = permitFor(golden, "delete_image_tag", MEMBER, "i");
  const record = (value: string) => {
    const properties = new Map([["golden", value]]);
    return { ...newImage({ properties }), createdAt: new Date(), updatedAt: new Date() };
  };

  test("needs all of it, and others do not", () => {
    expect(permit.needsRecord).toBe(true);
    expect(permitFor(golden, "add_image_tag", MEMBER, "i").needsRecord).toBe(false);
    expect(permitFor(policyOf({ get_image: "'x':%(name)s" }), "modify_image", READER, "i").needsRecord).toBe(
      true,
    );
  });

  test("is decided by it, and refuses without", () => {
    expect(permit({ ...OWN, record: record("yes") })).toBeUndefined();
    expect(permit({ ...OWN, record: record("no") })).toMatchObject({ reason: "forbidden" });
    expect(permit(OWN)).toMatchObject({ reason: "forbidden" });
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
