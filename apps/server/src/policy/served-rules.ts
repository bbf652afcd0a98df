/** What a rule guards, and its text unless a policy file has another. */
export interface ServedRule {
  /** In oslo.policy's language. */
  readonly default: string;
  /** What callers may do for whom it holds. */
  readonly meaning: string;
  /** The requests that ask for it, as `METHOD /path`. */
  readonly operations: readonly string[];
}

const ownersMember = "rule:context_is_admin or (role:member and project_id:%(project_id)s)";
const shownTo =
  "project_id:%(project_id)s or project_id:%(member_id)s or 'community':%(visibility)s " +
  "or 'public':%(visibility)s or 'shared':%(visibility)s";
const ownersOrImagesReader =
  "rule:context_is_admin or (role:reader and (project_id:%(project_id)s or project_id:%(member_id)s))";

/**
 * The rules that this server asks, with the defaults of today's Glance (secure RBAC). `add_image_tag` and
 * `delete_image_tag` are ours and stand for `modify_image`; those of tag events and tag rules are ours too. Source: Glance, glance/policies/base.py and image.py.
 */
export const SERVED_RULES = {
  context_is_admin: {
    default: "role:admin",
    meaning:
      "Be an administrator: see and change every image, whosever it is. It is also asked of a token that is " +
      "scoped to no project.",
    operations: [],
  },
  get_image: {
    default: `rule:context_is_admin or (role:reader and (${shownTo}))`,
    meaning:
      "See an image. Whoever may not is told that there is none. It can show no image to a project that " +
      "does not own it and that it is not shared with.",
    operations: [
      "GET /v2/images/{image_id}",
      "GET /v2/images",
      "GET /v2/images/{image_id}/tags",
      "GET /v2/images/{image_id}/tags/{tag}",
    ],
  },
  get_images: {
    default: "rule:context_is_admin or (role:reader and project_id:%(project_id)s)",
    meaning:
      "List images, and the tags of those listed. Each image must also pass get_image; where that may fail for one of them, " +
      "tags are not listed.",
    operations: ["GET /v2/images", "GET /v2/tags"],
  },
  add_image: {
    default: "rule:context_is_admin or (role:member and project_id:%(project_id)s and project_id:%(owner)s)",
    meaning: "Create an image. Only administrators create one for another project, whatever the rule says.",
    operations: ["POST /v2/images"],
  },
  modify_image: {
    default: ownersMember,
    meaning: "Change an image. Only its owner and administrators can, whatever the rule says.",
    operations: ["PATCH /v2/images/{image_id}"],
  },
  add_image_tag: {
    default: "rule:modify_image",
    meaning: "Add tags to an image. Only its owner and administrators can, whatever the rule says.",
    operations: [
      "PUT /v2/images/{image_id}/tags/{tag}",
      "PUT /v2/images/{image_id}/tags",
      "POST /v2/tags/{tag}/move",
    ],
  },
  delete_image_tag: {
    default: "rule:modify_image",
    meaning: "Remove tags of an image. Only its owner and administrators can, whatever the rule says.",
    operations: [
      "DELETE /v2/images/{image_id}/tags/{tag}",
      "DELETE /v2/images/{image_id}/tags",
      "PUT /v2/images/{image_id}/tags",
      "POST /v2/tags/{tag}/move",
    ],
  },
  get_tag_events: {
    default: "rule:get_image",
    meaning:
      "See what became of the tags of an image, and by whom. It can show nothing of an image to a project that may not " +
      "see it; what became of a deleted image is shown to the project that owned it.",
    operations: ["GET /v2/images/{image_id}/tag-events", "GET /v2/tag-events"],
  },
  get_tag_rules: {
    default: "rule:context_is_admin or (role:reader and project_id:%(project_id)s)",
    meaning:
      "See the rules about tags that hold for the images of a project. Only administrators see those of another project, whatever " +
      "the rule says.",
    operations: ["GET /v2/tag-rules", "GET /v2/tag-rules/{rule_id}"],
  },
  modify_tag_rules: {
    default: "rule:context_is_admin or (role:manager and project_id:%(project_id)s)",
    meaning:
      "Make and delete rules about the tags of a project's images. Only administrators do so for another project or for the cloud, " +
      "whatever the rule says.",
    operations: ["POST /v2/tag-rules", "DELETE /v2/tag-rules/{rule_id}"],
  },
  delete_image: {
    default: ownersMember,
    meaning: "Delete an image. Only its owner and administrators can, whatever the rule says.",
    operations: ["DELETE /v2/images/{image_id}"],
  },
  publicize_image: {
    default: "rule:context_is_admin",
    meaning: "Make an image public.",
    operations: ["POST /v2/images", "PATCH /v2/images/{image_id}"],
  },
  communitize_image: {
    default: ownersMember,
    meaning: "Make an image a community image.",
    operations: ["POST /v2/images", "PATCH /v2/images/{image_id}"],
  },
  upload_image: {
    default: ownersMember,
    meaning: "Upload the data of an image. Only its owner and administrators can, whatever the rule says.",
    operations: ["PUT /v2/images/{image_id}/file"],
  },
  download_image: {
    default: `rule:context_is_admin or (role:member and (${shownTo}))`,
    meaning: "Download the data of an image.",
    operations: ["GET /v2/images/{image_id}/file"],
  },
  deactivate: {
    default: ownersMember,
    meaning:
      "Keep the data of an image from all but administrators. Only its owner and administrators can, whatever the " +
      "rule says.",
    operations: ["POST /v2/images/{image_id}/actions/deactivate"],
  },
  reactivate: {
    default: ownersMember,
    meaning: "Give that data back. Only its owner and administrators can, whatever the rule says.",
    operations: ["POST /v2/images/{image_id}/actions/reactivate"],
  },
  add_member: {
    default: ownersMember,
    meaning: "Share an image with a project. One must see the image too.",
    operations: ["POST /v2/images/{image_id}/members"],
  },
  get_members: {
    default: ownersOrImagesReader,
    meaning: "List the projects that an image is shared with. One must see the image too.",
    operations: ["GET /v2/images/{image_id}/members"],
  },
  get_member: {
    default: ownersOrImagesReader,
    meaning: "Show one project that an image is shared with. One must see the image too.",
    operations: ["GET /v2/images/{image_id}/members/{member_id}"],
  },
  modify_member: {
    default: "rule:context_is_admin or (role:member and project_id:%(member_id)s)",
    meaning: "Accept or reject an image that is shared with one's project. One must see the image too.",
    operations: ["PUT /v2/images/{image_id}/members/{member_id}"],
  },
  delete_member: {
    default: ownersMember,
    meaning: "End the sharing of an image with a project. One must see the image too.",
    operations: ["DELETE /v2/images/{image_id}/members/{member_id}"],
  },
} as const satisfies Record<string, ServedRule>;

/** The name of a rule that this server asks. */
export type RuleName = keyof typeof SERVED_RULES;

export function isServed(name: string): name is RuleName {
  return Object.hasOwn(SERVED_RULES, name);
}

export function servedRuleNames(): RuleName[] {
  return Object.keys(SERVED_RULES).filter(isServed);
}

/**
 * The rules that a token of any scope may pass. All others need a token for a project. Source: Glance,
 * glance/policies/image.py, `scope_types`.
 */
export const RULES_OF_ANY_SCOPE: ReadonlySet<RuleName> = new Set(["context_is_admin"]);
