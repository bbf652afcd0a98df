import { parseEndpoint } from "./endpoint.ts";
import type { Session } from "../session/session.ts";
import { tokenProvider, type TokenSource } from "./token.ts";

/** Where a client's requests go, and the token they bear. */
export interface Access {
  /** The base of the URLs, or a function that asks for it. */
  readonly endpoint: string | (() => Promise<string>);
  readonly token: () => Promise<string>;
  /** Tells that the image service answered this token with 401. It is absent where the token cannot be renewed. */
  readonly invalidate?: (token: string) => void;
}

/** The access of a client whose endpoint and token were given. */
export function accessTo(endpoint: string, token: TokenSource): Access {
  return { endpoint: parseEndpoint(endpoint), token: tokenProvider(token) };
}

/** The access of a client with a session. What the session gives is checked as if it had been given. */
export function accessOf(session: Session): Access {
  return {
    endpoint: async () => parseEndpoint(await session.endpoint()),
    token: tokenProvider(() => session.token()),
    invalidate: (token) => session.invalidate(token),
  };
}
