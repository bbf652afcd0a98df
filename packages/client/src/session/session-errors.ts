import { ImageTagsError } from "../errors/errors.ts";

/**
 * Keystone did not authenticate: wrong credentials, or a scope that they do not reach. `status` is Keystone's, most
 * often 401, and 0 where a browser hides it. Neither the message nor any other part of it holds a password, a secret or a
 * token.
 *
 * @example
 * if (error instanceof AuthenticationError) console.error(`Check the credentials: ${error.message}`);
 */
export class AuthenticationError extends ImageTagsError {
  override readonly name = "AuthenticationError";
  readonly code = "AUTHENTICATION_FAILED";
  readonly url: string;
  readonly status: number;
  readonly requestId: string | undefined;

  constructor(url: string, status: number, problem: string, requestId: string | undefined) {
    super(`Keystone at ${url} did not authenticate (${status}): ${problem}`);
    this.url = url;
    this.status = status;
    this.requestId = requestId;
  }
}

/**
 * An endpoint of the image service, as the catalog lists it.
 *
 * @example
 * const endpoint: ListedEndpoint = { region: "RegionOne", interface: "public", url: "https://glance.example.org" };
 */
export interface ListedEndpoint {
  readonly region: string | undefined;
  readonly interface: string;
  readonly url: string;
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
    const has = listed.map(({ region, interface: kind }) => `${kind} in region ${region ?? "(none)"}`);
    const hint = listed.length === 0 ? "none; a token without a scope has no catalog" : has.join(", ");
    super(`The catalog has no ${wanted}. Of that service it has ${hint}.`);
    this.listed = listed;
  }
}
