export type {
  Contract,
  DataToSend,
  ErrorBody,
  ErrorStatus,
  Image,
  ImageCreate,
  ImagePatch,
  TagProfile,
  Visibility,
} from "@imagetags/contract";
export { addTag } from "./add-tag.ts";
export { attemptsOf } from "./attempts.ts";
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
} from "./errors.ts";
export { findImage } from "./find-image.ts";
export type { HelperOptions, ImageFilter } from "./helper-options.ts";
export { images } from "./images.ts";
export { listTags } from "./list-tags.ts";
export {
  AmbiguousImageError,
  ImageNotFoundError,
  RefusedError,
  TagUnreachableError,
  type Refusal,
} from "./refusal-errors.ts";
export { removeTag, type TagRemoval } from "./remove-tag.ts";
export {
  removeTagEverywhere,
  type ImageRemoval,
  type RemovalProgress,
  type RemoveEverywhereOptions,
} from "./remove-tag-everywhere.ts";
export type { RetryOptions } from "./retry.ts";
export type { Credentials, DomainReference, Scope, UserReference } from "./session/credentials.ts";
export {
  createSession,
  type EndpointInterface,
  type Session,
  type SessionOptions,
} from "./session/session.ts";
export { AuthenticationError, EndpointNotFoundError, type ListedEndpoint } from "./session/session-errors.ts";
export { tagCounts, type TagCountsOptions } from "./tag-counts.ts";
export type { TokenSource } from "./token.ts";
export type { RequestSender, SentRequest } from "./request-sender.ts";
