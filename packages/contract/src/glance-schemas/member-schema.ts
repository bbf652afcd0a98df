import { MEMBER_STATUSES } from "../routes/members.ts";
import { collectionSchema, UUID_PATTERN, type SchemaDocument } from "./schema-document.ts";

/** The document `/v2/schemas/member`. Source: Glance 25.1, as it answers. */
export const memberSchema: SchemaDocument = {
  name: "member",
  properties: {
    member_id: { type: "string", description: "An identifier for the image member (tenantId)" },
    image_id: { type: "string", description: "An identifier for the image", pattern: UUID_PATTERN },
    created_at: { type: "string", description: "Date and time of image member creation" },
    updated_at: { type: "string", description: "Date and time of last modification of image member" },
    status: { type: "string", description: "The status of this image member", enum: MEMBER_STATUSES },
    schema: { readOnly: true, type: "string" },
  },
};

/** The document `/v2/schemas/members`. */
export const membersSchema: SchemaDocument = collectionSchema("members", memberSchema, ["schema"]);
