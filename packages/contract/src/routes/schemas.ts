import { initContract } from "@ts-rest/core";
import { errorResponses } from "../wire/error-body.ts";
import { imageSchema, imagesSchema } from "../glance-schemas/image-schema.ts";
import { memberSchema, membersSchema } from "../glance-schemas/member-schema.ts";
import { schemaDocument } from "../glance-schemas/schema-document.ts";

const c = initContract();

/** What each of the routes below answers. */
export const SCHEMA_DOCUMENTS = {
  image: imageSchema,
  images: imagesSchema,
  member: memberSchema,
  members: membersSchema,
} as const;

/** The routes of the schemas, which clients read to know what there is to set. Source: Glance api-ref, "Schemas". */
export const schemasContract = c.router(
  {
    image: {
      method: "GET",
      path: "/v2/schemas/image",
      summary: "Show image schema",
      responses: { 200: schemaDocument, ...errorResponses },
    },
    images: {
      method: "GET",
      path: "/v2/schemas/images",
      summary: "Show images schema",
      responses: { 200: schemaDocument, ...errorResponses },
    },
    member: {
      method: "GET",
      path: "/v2/schemas/member",
      summary: "Show image member schema",
      responses: { 200: schemaDocument, ...errorResponses },
    },
    members: {
      method: "GET",
      path: "/v2/schemas/members",
      summary: "Show image members schema",
      responses: { 200: schemaDocument, ...errorResponses },
    },
  },
  { strictStatusCodes: true },
);
