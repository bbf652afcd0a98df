import type { Visibility } from "@imagetags/contract";
import type { Caller } from "../identity/caller.ts";

/** What a rule looks at: the image, seen by the caller. */
export interface PolicyTarget {
  /** The project that owns the image, or `null` when none does. */
  readonly owner: string | null;
  readonly visibility: Visibility;
  /** Whether the image is shared with the caller's project, accepted or not. */
  readonly isMember: boolean;
}

type Rule = (caller: Caller, target: PolicyTarget) => boolean;

const isAdmin: Rule = (caller) => caller.roles.has("admin");
const inOwnProject = (caller: Caller, target: PolicyTarget): boolean =>
  caller.projectId !== null && caller.projectId === target.owner;

const memberOfOwner: Rule = (caller, target) =>
  isAdmin(caller, target) || (caller.roles.has("member") && inOwnProject(caller, target));

const isShownTo = (caller: Caller, target: PolicyTarget): boolean =>
  inOwnProject(caller, target) || target.isMember || target.visibility !== "private";

const readerWhoMaySee: Rule = (caller, target) =>
  isAdmin(caller, target) || (caller.roles.has("reader") && isShownTo(caller, target));

const memberWhoMaySee: Rule = (caller, target) =>
  isAdmin(caller, target) || (caller.roles.has("member") && isShownTo(caller, target));

const readerOrImageMember: Rule = (caller, target) =>
  isAdmin(caller, target) ||
  (caller.roles.has("reader") && (inOwnProject(caller, target) || target.isMember));

/** The owner is none of its image's members, also where it was made one. */
const imageMember: Rule = (caller, target) =>
  isAdmin(caller, target) || (caller.roles.has("member") && target.isMember && !inOwnProject(caller, target));

/**
 * The rules of the Image API by name, with the defaults of today's Glance (secure RBAC).
 * `add_image_tag` and `delete_image_tag` are ours and stand for `modify_image`.
 * Source: Glance, glance/policies/base.py and image.py.
 */
export const RULES = {
  context_is_admin: isAdmin,
  get_image: readerWhoMaySee,
  get_images: (caller, target) =>
    isAdmin(caller, target) || (caller.roles.has("reader") && inOwnProject(caller, target)),
  add_image: memberOfOwner,
  modify_image: memberOfOwner,
  delete_image: memberOfOwner,
  upload_image: memberOfOwner,
  download_image: memberWhoMaySee,
  publicize_image: isAdmin,
  communitize_image: memberOfOwner,
  add_member: memberOfOwner,
  get_member: readerOrImageMember,
  get_members: readerOrImageMember,
  modify_member: imageMember,
  delete_member: memberOfOwner,
  add_image_tag: memberOfOwner,
  delete_image_tag: memberOfOwner,
} satisfies Record<string, Rule>;

/** The name of a policy rule. */
export type RuleName = keyof typeof RULES;

/** Whether the caller may do to the target what the rule guards. */
export function allows(rule: RuleName, caller: Caller, target: PolicyTarget): boolean {
  return RULES[rule](caller, target);
}
