import { DATA_MEDIA_TYPE, type DataToSend } from "@imagetags/contract";
import type { AppRoute } from "@ts-rest/core";
import { InvalidParameterError } from "../errors/errors.ts";
import { isRecord } from "./is-record.ts";

/** The media type that a route gives to its body, where that is not JSON's. */
export function requestTypeOf({ metadata }: AppRoute): string | undefined {
  const type = isRecord(metadata) ? metadata["requestType"] : undefined;
  return typeof type === "string" ? type : undefined;
}

/** Whether the body of a route's request is bytes, and not JSON. */
export function takesData(route: AppRoute): boolean {
  return requestTypeOf(route) === DATA_MEDIA_TYPE;
}

/**
 * The bytes that a call sends. No body at all would be empty data, so it has to be given as such.
 *
 * @throws {InvalidParameterError} for what is none of {@link DataToSend}
 */
export function checkedData(body: unknown): DataToSend {
  if (isData(body)) return body;
  throw new InvalidParameterError("body", "must be a Blob, a Uint8Array or a ReadableStream.");
}

function isData(body: unknown): body is DataToSend {
  if (body instanceof Uint8Array) return body.buffer instanceof ArrayBuffer;
  return body instanceof Blob || body instanceof ReadableStream;
}
