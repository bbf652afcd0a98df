import { ImageTagsError } from "../errors.ts";

/**
 * Keystone did not authenticate: wrong credentials, or a scope that they do not reach. `status` is Keystone's, most
 * often 401. Neither the message nor any other part of it holds a password, a secret or a token.
 *
 * @example
 * if (error instanceof AuthenticationError) console.error(`Check the credentials: ${error.message}`);
 */
export class AuthenticationError extends ImageTagsError {
  override readonly name = "AuthenticationError";
  readonly code = "AUTHENTICATION_FAILED";
  readonly status: number;
  readonly requestId: string | undefined;

  constructor(status: number, problem: string, requestId: string | undefined) {
    super(`Keystone did not authenticate (${status}): ${problem}`);
    this.status = status;
    this.requestId = requestId;
  }
}

/** An endpoint of the image service, as the catalog lists it. */
export interface ListedEndpoint {
  readonly region: string | undefined;
  readonly interface: string;
}

/**
 * The catalog has no endpoint of the image service for the region and the interface; `listed` are those it has.
 *
 * @example
 * if (error instanceof EndpointNotFoundError) console.error(error.listed.map(({ region }) => region));
 */
export class EndpointNotFoundError extends ImageTagsError {
  override readonly name = "EndpointNotFoundError";
  readonly code = "ENDPOINT_NOT_FOUND";
  readonly listed: readonly ListedEndpoint[];

  constructor(wanted: string, listed: readonly ListedEndpoint[]) {
    const has = listed.map(({ region, interface: kind }) => `${kind} in ${region ?? "no region"}`).join(", ");
    super(`The catalog has no ${wanted} of the image service; it has ${has === "" ? "none" : has}.`);
    this.listed = listed;
  }
}
