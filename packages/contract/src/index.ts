export { contractFor, createContract, glanceContract, imsContract, type Contract } from "./contract.ts";
export { errorBody, type ErrorBody, type ErrorStatus } from "./wire/error-body.ts";
export { ERROR_REASONS, type ErrorFacts, type ErrorReason, type StatusOf } from "./wire/error-reasons.ts";
export { MAX_IMAGE_BYTES } from "./wire/bounds.ts";
export {
  imageFields,
  PATCH_MEDIA_TYPES,
  type Image,
  type ImagePatch,
  type ServedImage,
} from "./wire/image.ts";
export { propertyProblem, type PropertyValue } from "./wire/image-property.ts";
export { locationsProblem, settableMembers, type ImageCreate } from "./wire/settable-image.ts";
export { VISIBILITIES, type Visibility } from "./glance-schemas/image-words.ts";
export { UUID } from "./glance-schemas/schema-document.ts";
export { DATA_MEDIA_TYPE, type DataInTransit, type DataToSend } from "./routes/data.ts";
export {
  imageListQuery,
  SORT_KEYS,
  type ImageFilters,
  type ImageListQuery,
  type SortKey,
} from "./wire/image-list-query.ts";
export { MEMBER_STATUSES, type Member, type MemberStatus, type ServedMember } from "./routes/members.ts";
export type { Obstacle } from "./routes/health.ts";
export { methodsByPath, routesOf, type NamedRoute } from "./routes-of.ts";
export type { AppRoute, AppRouter, ContractNoBodyType, ContractOtherResponse } from "@ts-rest/core";
export { entityTags } from "./wire/preconditions.ts";
export {
  MOST_PLANNED_IMAGES,
  type PlannedImage,
  type TagPlan,
  type TagPlanRequest,
} from "./wire/tag-plan.ts";
export { imsTagsContract, type ImsTag } from "./routes/ims-tags.ts";
export { IMS_ERROR_CODES } from "./wire/ims-error-codes.ts";
export { servedSchema } from "./served.ts";
export { SCHEMA_DOCUMENTS } from "./routes/schemas.ts";
export { tagEventSchema, tagEventsSchema } from "./glance-schemas/tag-event-schema.ts";
export { TAG_ACTIONS, type TagAction, type TagEvent, type TagEventList } from "./wire/tag-event.ts";
export type { TagEventListQuery } from "./wire/tag-event-query.ts";
export { patternMatcher, patternProblem } from "./wire/tag-pattern.ts";
export {
  MAX_TAG_RULES,
  TAG_RULE_SCOPES,
  TAG_RULE_VERBS,
  type NewTagRule,
  type TagRule,
  type TagRuleScope,
  type TagRuleVerb,
} from "./wire/tag-rule.ts";
export { MOST_MOVED_FROM, type CloudTag, type MovedTag } from "./wire/cloud-tag.ts";
export { MAX_TAG_LENGTH, TAG_PROFILES, tagProblem, type TagProfile } from "./wire/tag.ts";
export { LAST_MINOR_VERSION, MINOR_VERSIONS, versionsAt, type VersionDocument } from "./routes/versions.ts";
