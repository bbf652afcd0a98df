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
export { createClient, type Client, type ClientOptions } from "./client.ts";
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
export type { TokenSource } from "./token.ts";
