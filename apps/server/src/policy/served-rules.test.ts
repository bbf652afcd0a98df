import { describe, expect, test } from "vitest";
import type { Caller } from "../identity/caller.ts";
import { withImpliedRoles } from "../identity/roles.ts";
import { imageTarget } from "../images/access/image-target.ts";
import type { ImageAccess } from "../images/model/image-record.ts";
import { Policy } from "./policy.ts";
import { servedRuleNames, type RuleName } from "./served-rules.ts";

const CALLERS = {
  "admin elsewhere": caller("infra", "admin"),
  "manager of the owner": caller("alpha", "manager"),
  "member of the owner": caller("alpha", "member"),
  "reader of the owner": caller("alpha", "reader"),
  "observer of the owner": caller("alpha", "observer"),
  "roleless of the owner": caller("alpha"),
  "member elsewhere": caller("beta", "member"),
  "reader elsewhere": caller("beta", "reader"),
  "observer elsewhere": caller("beta", "observer"),
} as const satisfies Record<string, Caller>;

type CallerName = keyof typeof CALLERS;

const TARGETS = {
  private: { owner: "alpha", visibility: "private", isMember: false },
  "private and a member": { owner: "alpha", visibility: "private", isMember: true },
  shared: { owner: "alpha", visibility: "shared", isMember: false },
  "shared and a member": { owner: "alpha", visibility: "shared", isMember: true },
  community: { owner: "alpha", visibility: "community", isMember: false },
  public: { owner: "alpha", visibility: "public", isMember: false },
  "nobody's": { owner: null, visibility: "private", isMember: false },
} as const satisfies Record<string, Omit<ImageAccess, "id" | "protected">>;

type TargetName = keyof typeof TARGETS;

const admin: CallerName[] = ["admin elsewhere"];
const writers: CallerName[] = [...admin, "manager of the owner", "member of the owner"];
const ownReaders: CallerName[] = [...writers, "reader of the owner"];
const allReaders: CallerName[] = [...ownReaders, "member elsewhere", "reader elsewhere"];

/** Who may, by image. Source: Glance, glance/policies/base.py and image.py, with `enforce_new_defaults`. */
const ownersOnly: Record<TargetName, CallerName[]> = {
  private: writers,
  "private and a member": writers,
  shared: writers,
  "shared and a member": writers,
  community: writers,
  public: writers,
  "nobody's": admin,
};

const adminOnly = everywhere(admin);

const membersToo: Record<TargetName, CallerName[]> = {
  ...everywhere(ownReaders),
  "shared and a member": allReaders,
  "nobody's": admin,
};

const seen: Record<TargetName, CallerName[]> = {
  private: ownReaders,
  "private and a member": ownReaders,
  // Whether it is shared with the caller at all, the database decides before: see images/access.ts.
  shared: allReaders,
  "shared and a member": allReaders,
  community: allReaders,
  public: allReaders,
  "nobody's": admin,
};

const MATRIX: Record<RuleName, Record<TargetName, CallerName[]>> = {
  context_is_admin: adminOnly,
  get_image: seen,
  get_tag_events: seen,
  // Whoever owns them, other projects' rules are for administrators.
  get_tag_rules: { ...everywhere(ownReaders), "nobody's": admin },
  modify_tag_rules: { ...everywhere([...admin, "manager of the owner"]), "nobody's": admin },
  get_images: { ...everywhere(ownReaders), "nobody's": admin },
  add_image: ownersOnly,
  modify_image: ownersOnly,
  delete_image: ownersOnly,
  upload_image: ownersOnly,
  deactivate: ownersOnly,
  reactivate: ownersOnly,
  download_image: {
    private: writers,
    "private and a member": writers,
    shared: [...writers, "member elsewhere"],
    "shared and a member": [...writers, "member elsewhere"],
    community: [...writers, "member elsewhere"],
    public: [...writers, "member elsewhere"],
    "nobody's": admin,
  },
  publicize_image: adminOnly,
  communitize_image: ownersOnly,
  add_member: ownersOnly,
  delete_member: ownersOnly,
  get_member: membersToo,
  get_members: membersToo,
  modify_member: {
    ...everywhere(admin),
    "shared and a member": [...admin, "member elsewhere"],
  },
  add_image_tag: ownersOnly,
  delete_image_tag: ownersOnly,
};

describe.each(keysOf(MATRIX))("the rule %s", (rule) => {
  test.each(keysOf(TARGETS).map((target) => ({ target, callers: MATRIX[rule][target] })))(
    "allows $callers, and nobody else, what is $target",
    ({ target, callers }) => {
      expect(keysOf(CALLERS).filter((name) => allows(rule, CALLERS[name], TARGETS[target]))).toEqual(callers);
    },
  );
});

test("there are no rules beside these", () => {
  expect(servedRuleNames().toSorted()).toEqual(keysOf(MATRIX).toSorted());
});

test.each(["Alpha", "alpha ", "", "null", "undefined"])(
  "the project %j is not the owner alpha, nor nobody",
  (id) => {
    for (const rule of servedRuleNames()) {
      if (["get_image", "get_tag_events", "download_image"].includes(rule)) continue;
      expect(allows(rule, caller(id, "member"), TARGETS.public), rule).toBe(false);
      expect(allows(rule, caller(id, "member"), TARGETS["nobody's"]), rule).toBe(false);
    }
  },
);

function caller(projectId: string, ...roles: string[]): Caller {
  return { userId: "someone", projectId, roles: withImpliedRoles(roles) };
}

const policy = new Policy();

function allows(rule: RuleName, who: Caller, image: (typeof TARGETS)[TargetName]): boolean {
  return policy.allows(rule, who, imageTarget({ id: "i", protected: false, ...image }, who.projectId));
}

function everywhere(callers: CallerName[]): Record<TargetName, CallerName[]> {
  return {
    private: callers,
    "private and a member": callers,
    shared: callers,
    "shared and a member": callers,
    community: callers,
    public: callers,
    "nobody's": callers,
  };
}

/** The names of an object's members, typed as such. */
function keysOf<Key extends string>(object: Readonly<Record<Key, unknown>>): Key[] {
  const keys: Key[] = [];
  for (const key in object) keys.push(key);
  return keys;
}
