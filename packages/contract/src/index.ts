export { contractFor, createContract, glanceContract, imsContract, type Contract } from "./contract.ts";
export { errorBody, IMS_CODES, type ErrorBody, type ErrorStatus } from "./error-body.ts";
export {
  imageCreate,
  imageFields,
  PATCH_MEDIA_TYPES,
  UUID,
  VISIBILITIES,
  type Image,
  type ImageCreate,
  type ImagePatch,
  type Visibility,
} from "./image.ts";
export { DATA_MEDIA_TYPE, type DataInTransit, type DataToSend } from "./image-data.ts";
export { imageListQuery, SORT_KEYS, type ImageListQuery, type SortKey } from "./image-list-query.ts";
export { MEMBER_STATUSES, type Member, type MemberStatus } from "./member.ts";
export { methodsByPath, routesOf, type NamedRoute } from "./routes.ts";
export { entityTags } from "./preconditions.ts";
export { SCHEMA_DOCUMENTS } from "./schemas.ts";
export { MAX_TAG_LENGTH, TAG_PROFILES, tagProblem, type TagProfile } from "./tag.ts";
export { CURRENT_MINOR_VERSION, versionsAt, type VersionDocument } from "./versions.ts";
