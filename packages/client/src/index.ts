export type {
  CloudTag,
  Contract,
  DataToSend,
  ErrorBody,
  ErrorReason,
  ErrorStatus,
  Image,
  ImageCreate,
  ImagePatch,
  ImsTag,
  PlannedImage,
  MovedTag,
  SortKey,
  TagAction,
  TagEvent,
  TagProfile,
  Visibility,
} from "@imagetags/contract";
export { imsTagOf, imsTagsAction, type ImsTagsAction } from "./helpers/ims-tags-action.ts";
export { addTag } from "./helpers/add-tag.ts";
export { attemptsOf } from "./calls/attempts.ts";
export {
  createClient,
  type Client,
  type ClientOptions,
  type EndpointOptions,
  type SessionClientOptions,
} from "./client.ts";
export {
  ConnectionError,
  ImageTagsError,
  InvalidOptionError,
  InvalidParameterError,
  TimeLimitError,
  UnexpectedReplyError,
  type FailedRequest,
  type ImageTagsErrorCode,
  type UnexpectedReply,
} from "./errors/errors.ts";
export {
  addTags,
  changeTags,
  removeTags,
  type ChangeTagsOptions,
  type TagChange,
  type TagChangeResult,
} from "./helpers/change-tags.ts";
export { cloudTags, type CloudTagFilter } from "./helpers/cloud-tags.ts";
export { findImage } from "./helpers/find-image.ts";
export type { HelperOptions, ImageFilter } from "./helpers/helper-options.ts";
export type { ImageRemoval } from "./helpers/image-removal.ts";
export { images } from "./helpers/images.ts";
export { lastMove, type LastMoveOptions, type PastMove } from "./helpers/last-move.ts";
export { listTags } from "./helpers/list-tags.ts";
export { moveTag, type TagMoveOptions } from "./helpers/move-tag.ts";
export {
  AmbiguousImageError,
  EndlessListError,
  ImageNotFoundError,
  NotServedError,
  NoTagHistoryError,
  NoTagPlansError,
  RefusedError,
  TagAlteredError,
  TagKeyTakenError,
  TagUnreachableError,
  type Refusal,
} from "./errors/refusal-errors.ts";
export { removeTag, type TagRemoval } from "./helpers/remove-tag.ts";
export {
  removeTagEverywhere,
  type RemovalProgress,
  type RemoveEverywhereOptions,
} from "./helpers/remove-tag-everywhere.ts";
export type { RetryOptions } from "./calls/retry.ts";
export type { Credentials, DomainReference, Scope, UserReference } from "./session/credentials.ts";
export {
  createSession,
  type EndpointInterface,
  type Session,
  type SessionOptions,
} from "./session/session.ts";
export { AuthenticationError, EndpointNotFoundError, type ListedEndpoint } from "./session/session-errors.ts";
export { tagCounts, type TagCountsOptions } from "./helpers/tag-counts.ts";
export { tagEvents, type TagEventFilter, type TagEventOptions } from "./helpers/tag-events.ts";
export {
  carryOutPlan,
  planTags,
  type CarryOutOptions,
  type ManyTags,
  type PlanOutcome,
  type PlanTagsOptions,
  type TagPlanPart,
  type TagPlans,
} from "./helpers/tag-plans.ts";
export {
  deleteTagRule,
  forbiddingRule,
  makeTagRule,
  tagRules,
  type TagRulesOptions,
} from "./helpers/tag-rules.ts";
export type { TokenSource } from "./calls/token.ts";
export type { RequestSender, SentRequest } from "./calls/request-sender.ts";
export { changesToUndo, undo, undoEvent, type TagUndo, type UndoOptions } from "./helpers/undo.ts";
