import { RefusedError } from "@imagetags/client";

/** What the image service at an address answered, and what may be done about it. */
class ServiceError extends Error {
  override readonly name = "ServiceError";
  readonly requestId: string | undefined;

  constructor(message: string, { requestId }: Pick<RefusedError, "requestId">) {
    super(message);
    this.requestId = requestId;
  }
}

/**
 * The error of a task. A 401 or a 404 of the whole service is explained: the token is not valid there, or the address
 * is not that of an Image API. Any other error stays as it is.
 */
export async function atEndpoint(error: unknown, endpoint: () => Promise<string>): Promise<unknown> {
  if (!(error instanceof RefusedError)) return error;
  switch (error.status) {
    case 401:
      return new ServiceError(
        `The token is not valid at ${trimmed(await endpoint())} (401): it may have ended, or be another cloud's. ` +
          "Give a new one.",
        error,
      );
    // A missing image is an `ImageNotFoundError`, so a 404 without a reason is that of the list.
    case 404:
      if (error.reason !== undefined && error.reason !== "no-such-path") return error;
      return new ServiceError(
        `There is no Image API at ${trimmed(await endpoint())}: GET /v2/images is answered 404. Is the endpoint right?`,
        error,
      );
    default:
      return error;
  }
}

function trimmed(url: string): string {
  return url.replace(/\/+$/, "");
}
