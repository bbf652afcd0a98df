import { initContract } from "@ts-rest/core";
import { z } from "zod";
import { errorBody, changeErrors, errorResponses } from "../wire/error-body.ts";

const c = initContract();

/** The answer of a project to an image that was shared with it. Source: Glance api-ref, "Sharing". */
export const MEMBER_STATUSES = ["pending", "accepted", "rejected"] as const;

/** One of {@link MEMBER_STATUSES}. */
export type MemberStatus = (typeof MEMBER_STATUSES)[number];

const FOUR_BYTES = /[\u{10000}-\u{10FFFF}]/u;
const CONTROL_CHARACTER = /\p{Cc}/u;

/**
 * A project that an image is shared with, as any Image API tells of it. Times are `YYYY-MM-DDTHH:MM:SSZ`.
 * Sources: Glance api-ref, "Sharing"; Image Management Service, "Querying Image Sharing Member Details (Native OpenStack
 * API)".
 */
export const member = z
  .looseObject({
    member_id: z.string(),
    image_id: z.string(),
    status: z.string(),
    created_at: z.string(),
    updated_at: z.string(),
    schema: z.string().optional(),
  })
  .meta({ id: "Member" });

/** See {@link member}. */
export type Member = z.infer<typeof member>;

/** A member as this project's server tells of it. */
export const servedMember = member
  .extend({ status: z.enum(MEMBER_STATUSES), schema: z.string() })
  .meta({ id: "Member" });

/** See {@link servedMember}. */
export type ServedMember = z.infer<typeof servedMember>;

/** The members of an image that the caller may see. */
export const memberList = z
  .looseObject({ members: z.array(member), schema: z.string().optional() })
  .meta({ id: "MemberList" });

/** See {@link memberList}. */
export const servedMemberList = memberList
  .extend({ members: z.array(servedMember), schema: z.string() })
  .meta({ id: "MemberList" });

/** The id of a project to share with: what the column of Glance's schema holds on every database. */
const projectId = z
  .string("Member to be added not specified")
  .min(1, "Member can't be empty")
  .max(255, "Member can't have more than 255 characters")
  .refine((id) => id.isWellFormed(), "Member must be well-formed Unicode")
  .refine((id) => !FOUR_BYTES.test(id), "Member can't contain 4 byte unicode characters.")
  .refine((id) => !CONTROL_CHARACTER.test(id), "Member can't contain control characters")
  .meta({ description: "The id of a project." });

const status = z.enum(MEMBER_STATUSES, 'Status must be "pending", "accepted" or "rejected".');

/** The routes of an image's members. Source: Glance api-ref, "Sharing". */
export function imageMembersContract(imageId: z.ZodString) {
  const ofImage = z.object({ image_id: imageId });
  const ofMember = ofImage.extend({ member_id: z.string().meta({ description: "The id of a project." }) });
  return c.router(
    {
      list: {
        method: "GET",
        path: "/v2/images/:image_id/members",
        summary: "List image members",
        description:
          "The projects that a shared image is shared with. The owner sees them all, a member sees itself.",
        pathParams: ofImage,
        responses: { 200: memberList, ...errorResponses },
      },
      add: {
        method: "POST",
        path: "/v2/images/:image_id/members",
        summary: "Add image member",
        description:
          "Shares an image of visibility `shared` with a project, which then is a `pending` member.",
        pathParams: ofImage,
        body: z.object({ member: projectId }),
        responses: { 200: member, ...changeErrors, 409: errorBody },
      },
      show: {
        method: "GET",
        path: "/v2/images/:image_id/members/:member_id",
        summary: "Show image member",
        pathParams: ofMember,
        responses: { 200: member, ...errorResponses },
      },
      setStatus: {
        method: "PUT",
        path: "/v2/images/:image_id/members/:member_id",
        summary: "Set image member's status",
        description:
          "Says what a member makes of the offer: an accepted image is in the member's list. Only the member may.",
        pathParams: ofMember,
        body: z.object({ status }),
        responses: { 200: member, ...changeErrors },
      },
      remove: {
        method: "DELETE",
        path: "/v2/images/:image_id/members/:member_id",
        summary: "Remove image member",
        description: "Ends the sharing of an image with a project. Only the owner may.",
        pathParams: ofMember,
        responses: { 204: c.noBody(), ...changeErrors },
      },
    },
    { strictStatusCodes: true },
  );
}
