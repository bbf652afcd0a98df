import type { Visibility } from "@imagetags/contract";
import type { Caller } from "../../identity/caller.ts";
import type { PolicyTarget } from "../../policy/policy-target.ts";
import type { Policy } from "../../policy/policy.ts";
import type { RuleName } from "../../policy/served-rules.ts";
import type { Actor } from "../model/actor.ts";
import type { ImageAccess, ImageRecord } from "../model/image-record.ts";
import type { ImageKey, Permit } from "../model/image-store.ts";
import { forbidden, ImageError, imageNotFound } from "../model/image-error.ts";
import { imageTarget } from "./image-target.ts";

/** The names by which Glance refuses actions that have no rule of their own there. */
const GLANCE_NAME: Partial<Record<RuleName, string>> = {
  add_image_tag: "modify_image",
  delete_image_tag: "modify_image",
};

/** Whether an image is in the state in which the caller wants to change it. */
export interface Precondition {
  (image: ImageRecord): boolean;
  /** The header that told it. */
  readonly asked: string;
}

/** The image that is to be changed; the change is refused unless the precondition holds. */
export function changeKeyFor(actor: Actor, imageId: string, holds?: Precondition): ImageKey {
  return { ...keyFor(actor.caller, imageId, holds), actor };
}

/** The image that a caller means by an id. A change of it is refused unless the precondition holds. */
export function keyFor(caller: Caller, imageId: string, holds?: Precondition): ImageKey {
  const { projectId } = caller;
  if (holds === undefined) return { imageId, projectId };
  const precondition = (image: ImageRecord) =>
    holds(image) ? undefined : preconditionFailed(imageId, holds.asked);
  return { imageId, projectId, precondition };
}

/** `asked` is the header that told the state. */
export function preconditionFailed(imageId: string, asked: string): ImageError {
  return new ImageError(
    "precondition-failed",
    `Image ${imageId} is not in the state that ${asked} asks for: it was changed meanwhile.`,
  );
}

/**
 * Decides whether the caller may change an image in the way that the rules guard. It asks in Glance's order:
 * whether the image is shown to the caller at all, whether the rules allow the change, and whether the caller
 * owns it or is an administrator. Callers who may not see the image are told that there is none, by `notFound`.
 */
export function permitFor(
  policy: Policy,
  rules: RuleName | readonly RuleName[],
  caller: Caller,
  imageId: string,
  notFound: (imageId: string) => ImageError = imageNotFound,
): Permit {
  const all = typeof rules === "string" ? [rules] : rules;
  const preauthorized = certaintyOf(policy, all, caller);
  const permit = (image: ImageAccess): ImageError | undefined => {
    if (preauthorized === "any") return undefined;
    if (preauthorized === "own" && image.owner === caller.projectId) return undefined;
    const refused = checkRules(policy, all, caller, image) ?? checkOwnership(policy, caller, image);
    if (refused === undefined) return undefined;
    return maySee(policy, caller, image) ? refused : notFound(imageId);
  };
  if (preauthorized === "any") return Object.assign(permit, { preauthorized });
  const needsRecord = needsWholeImage(policy, all);
  return Object.assign(
    permit,
    preauthorized === undefined ? { needsRecord } : { preauthorized, needsRecord },
  );
}

/** Why a caller may not do to an image what the rules guard; `undefined` when they may. */
export function checkRules(
  policy: Policy,
  rules: readonly RuleName[],
  caller: Caller,
  image: ImageAccess,
): ImageError | undefined {
  if (!isShownTo(policy, caller, image)) return imageNotFound(image.id);
  const target = imageTarget(image, caller.projectId);
  const failed = rules.find((rule) => !policy.allows(rule, caller, target));
  return failed === undefined ? undefined : ruleRefusal(failed);
}

/**
 * The error for a caller who neither owns the image nor is an administrator. No policy makes up for that.
 * Source: Glance, glance/db/sqlalchemy/api.py, `is_image_mutable`.
 */
function checkOwnership(policy: Policy, caller: Caller, { owner }: ImageAccess): ImageError | undefined {
  if ((owner !== null && owner === caller.projectId) || policy.isAdmin(caller)) return undefined;
  return new ImageError("forbidden", "You do not own this image");
}

/** What all rules of a {@link Permit} decide before an image is known. */
function certaintyOf(policy: Policy, rules: readonly RuleName[], caller: Caller): Permit["preauthorized"] {
  const certainties = rules.map((rule) => policy.certainty(rule, caller));
  if (certainties.includes("unknown")) return undefined;
  return certainties.includes("own") ? "own" : "any";
}

/** Whether the rules, or the question whether the image may be seen, need all of the image. */
export function needsWholeImage(policy: Policy, rules: readonly RuleName[]): boolean {
  return policy.needsWholeImage("get_image") || rules.some((rule) => policy.needsWholeImage(rule));
}

/** Whether the caller may see the image: it must be shown to them, and the rule `get_image` must hold. */
export function maySee(policy: Policy, caller: Caller, image: ImageAccess): boolean {
  return (
    isShownTo(policy, caller, image) &&
    policy.allows("get_image", caller, imageTarget(image, caller.projectId))
  );
}

/** Why a caller may not give an image this visibility; `undefined` when they may. */
export function refuseVisibility(
  policy: Policy,
  visibility: Visibility | undefined,
  caller: Caller,
  target: PolicyTarget,
): ImageError | undefined {
  const rule =
    visibility === "public"
      ? "publicize_image"
      : visibility === "community"
        ? "communitize_image"
        : undefined;
  return rule === undefined || policy.allows(rule, caller, target) ? undefined : ruleRefusal(rule);
}

/** The error for a caller who sees the image but whom the rule refuses. */
export function ruleRefusal(rule: RuleName): ImageError {
  return forbidden(GLANCE_NAME[rule] ?? rule);
}

/**
 * Whether an image is shown to a caller at all. No policy widens it. A membership counts whether it is accepted
 * or not. Source: Glance, glance/db/sqlalchemy/api.py, `is_image_visible`.
 */
export function isShownTo(policy: Policy, caller: Caller, image: ImageAccess): boolean {
  if (image.owner === null || image.owner === caller.projectId || policy.isAdmin(caller)) return true;
  if (image.visibility === "shared") return image.isMember;
  return image.visibility !== "private";
}
