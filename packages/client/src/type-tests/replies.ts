import type { ErrorBody, Image, Member } from "@imagetags/contract";
import type { Client, createClient } from "../index.ts";
import { assertType, type Same } from "./assert.ts";

type Reply<TRoute extends (...input: never) => unknown> = Awaited<ReturnType<TRoute>>;
type Body<TReply extends { status: number; body: unknown }, TStatus> = Extract<
  TReply,
  { status: TStatus }
>["body"];
type RemoveReply = Reply<Client["imageTags"]["delete"]>;
type ErrorStatus = Exclude<RemoveReply["status"], 204>;

assertType<Same<Client, ReturnType<typeof createClient>>>();

// Glance documents 204, 400, 401, 403, 404, 405, 413, 500 and 503, IMS some of these; 412 is for If-Match, 429 for limits.
assertType<Same<RemoveReply["status"], 204 | 400 | 401 | 403 | 404 | 405 | 412 | 413 | 429 | 500 | 503>>();
assertType<Same<Body<RemoveReply, 204>, undefined>>();
assertType<Same<{ [S in ErrorStatus]: Body<RemoveReply, S> }, Record<ErrorStatus, ErrorBody>>>();
assertType<Same<RemoveReply["headers"], Headers>>();

assertType<Same<Body<Reply<Client["imageTags"]["list"]>, 200>, { tags: string[] }>>();
assertType<Same<Body<Reply<Client["images"]["show"]>, 200>, Image>>();
assertType<Same<Body<Reply<Client["images"]["delete"]>, 409>, ErrorBody>>();
assertType<Same<Body<Reply<Client["images"]["show"]>, 304>, undefined>>();
assertType<Same<Body<Reply<Client["imageMembers"]["setStatus"]>, 200>, Member>>();
assertType<Same<Body<Reply<Client["health"]["check"]>, 200>, string>>();

// What only some servers send may be absent.
assertType<Same<Image["os_hidden"], boolean | undefined>>();
assertType<Same<Image["name"], string | null | undefined>>();

// Data is bytes, which the client holds as a Blob, whether it is all of it or a part.
assertType<Same<Body<Reply<Client["imageData"]["download"]>, 200 | 206>, Blob>>();
assertType<Same<Body<Reply<Client["imageData"]["download"]>, 204>, undefined>>();
assertType<Same<Body<Reply<Client["imageData"]["upload"]>, 409>, ErrorBody>>();

/** The status tells the replies apart, and nothing is left over. */
export function tell(reply: RemoveReply): string | undefined {
  // @ts-expect-error -- a removal may have no body
  if (reply.body.error.code === 404) return undefined;
  // @ts-expect-error -- no document knows this status
  if (reply.status === 409) return undefined;
  if (reply.status === 204) {
    // @ts-expect-error -- the body of a 204 is undefined
    if (reply.body.error.code === 404) return undefined;
    return reply.body;
  }
  if (reply.status === 404) return reply.body.error.message;
  switch (reply.status) {
    case 400:
    case 401:
    case 403:
    case 405:
    case 412:
    case 413:
    case 429:
    case 500:
    case 503:
      return reply.body.error.title;
    default:
      return reply satisfies never;
  }
}
