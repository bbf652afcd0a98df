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
 * What a task failed with, said of the image service as a whole where it is about that: a token that it does not
 * take, or an address where there is none. All else stays as it is.
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
    // An image that is not there is an error of its own, so this is the list of images.
    case 404:
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
