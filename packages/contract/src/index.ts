export { contractFor, createContract, glanceContract, imsContract, type Contract } from "./contract.ts";
export { errorBody, type ErrorBody, type ErrorStatus } from "./wire/error-body.ts";
export { ERROR_REASONS, type ErrorFacts, type ErrorReason, type StatusOf } from "./wire/error-reasons.ts";
export { MAX_IMAGE_BYTES, propertyProblem } from "./wire/bounds.ts";
export {
  imageFields,
  PATCH_MEDIA_TYPES,
  settableMembers,
  UUID,
  VISIBILITIES,
  type Image,
  type ImageCreate,
  type ImagePatch,
  type ServedImage,
  type Visibility,
} from "./wire/image.ts";
export { DATA_MEDIA_TYPE, type DataInTransit, type DataToSend } from "./routes/data.ts";
export { imageListQuery, SORT_KEYS, type ImageListQuery, type SortKey } from "./wire/image-list-query.ts";
export { MEMBER_STATUSES, type Member, type MemberStatus, type ServedMember } from "./routes/members.ts";
export { methodsByPath, routesOf, type NamedRoute } from "./routes-of.ts";
export type { AppRoute, AppRouter, ContractNoBodyType, ContractOtherResponse } from "@ts-rest/core";
export { entityTags } from "./wire/preconditions.ts";
export { IMS_ERROR_CODES } from "./wire/ims-error-codes.ts";
export { servedSchema } from "./served.ts";
export { SCHEMA_DOCUMENTS } from "./routes/schemas.ts";
export { TAG_ACTIONS, type TagAction, type TagEvent, type TagEventList } from "./wire/tag-event.ts";
export type { TagEventListQuery } from "./wire/tag-event-query.ts";
export { MAX_TAG_LENGTH, TAG_PROFILES, tagProblem, type TagProfile } from "./wire/tag.ts";
export { CURRENT_MINOR_VERSION, versionsAt, type VersionDocument } from "./routes/versions.ts";
