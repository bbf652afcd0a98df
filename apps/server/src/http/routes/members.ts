import type { Contract } from "@imagetags/contract";
import { initServer } from "@ts-rest/express";
import { addMember, removeMember, setMemberStatus } from "../../images/members/change-members.ts";
import type { ImageService } from "../../images/image-service.ts";
import { listMembers, showMember } from "../../images/members/show-members.ts";
import { jsonBody } from "../wire/json-body.ts";
import { rejectQuery } from "../wire/reject-query.ts";
import { toMemberView } from "../wire/member-view.ts";
import { mayAddMember, maySetStatus } from "../pipeline/permission-first.ts";
import { callerOf } from "../pipeline/request-context.ts";

const s = initServer();

/** The routes of `contract.imageMembers`. */
export function imageMembersRoutes(contract: Contract["imageMembers"], service: ImageService) {
  return s.router(contract, {
    list: async ({ params, req }) => {
      const members = await listMembers(service, callerOf(req), params.image_id);
      return { status: 200, body: { members: members.map(toMemberView), schema: "/v2/schemas/members" } };
    },
    add: {
      middleware: [mayAddMember(service), jsonBody],
      handler: async ({ params, body, req }) => {
        const member = await addMember(service, callerOf(req), params.image_id, body.member);
        return { status: 200, body: toMemberView(member) };
      },
    },
    show: async ({ params, req }) => {
      const member = await showMember(service, callerOf(req), params.image_id, params.member_id);
      return { status: 200, body: toMemberView(member) };
    },
    setStatus: {
      middleware: [maySetStatus(service), jsonBody],
      handler: async ({ params, body, req }) => {
        const { image_id, member_id } = params;
        const member = await setMemberStatus(service, callerOf(req), image_id, member_id, body.status);
        return { status: 200, body: toMemberView(member) };
      },
    },
    remove: async ({ params, req }) => {
      rejectQuery(req);
      await removeMember(service, callerOf(req), params.image_id, params.member_id);
      return { status: 204, body: undefined };
    },
  });
}
