import { ERROR_REASONS, errorBody, type ErrorBody } from "@imagetags/contract";
import { z } from "zod";
import { holdToPromises } from "./promises.ts";
import { jsonOf, rawRequest, type RawReply } from "./raw-request.ts";
import { tokenOf, type CallerName, type TestServer } from "./test-server.ts";

/** Where a server of this machine listens. */
export type Address = Pick<TestServer, "port">;

/** A request as a caller of the tests, to a path that is sent as it is written. */
export interface ApiRequest {
  /** `"NOBODY"` sends no token. */
  readonly as?: CallerName | "NOBODY";
  readonly headers?: readonly (readonly [string, string])[];
  readonly body?: string;
  readonly chunked?: boolean;
}

/**
 * Asks a test server. The caller is a member of project alpha unless `as` names another. Every reply is held to
 * what this server promises.
 */
export async function ask(
  server: Address,
  method: string,
  path: string,
  { as = "ALPHA_MEMBER", headers = [], ...rest }: ApiRequest = {},
): Promise<RawReply> {
  const reply = await rawRequest(server.port, {
    method,
    path,
    headers: as === "NOBODY" ? headers : [["X-Auth-Token", tokenOf(as)], ...headers],
    ...rest,
  });
  holdToPromises(method, path, reply);
  return reply;
}

const made = z.object({ id: z.string() });
const withTags = z.object({ tags: z.array(z.string()) });
const error = z.strictObject({
  error: z.strictObject(errorBody.shape.error.shape).required(),
});

/** Makes an image over the API and returns its id. */
export async function makeImage(
  server: Address,
  body: Readonly<Record<string, unknown>> = {},
  as: CallerName = "ALPHA_MEMBER",
): Promise<string> {
  const reply = await ask(server, "POST", "/v2/images", { as, body: JSON.stringify(body) });
  if (reply.status !== 201) throw new Error(`The image was not made: ${reply.status} ${reply.body}`);
  return made.parse(jsonOf(reply)).id;
}

/** The tags of an image as it is shown. */
export async function tagsShown(server: Address, imageId: string): Promise<string[]> {
  const reply = await ask(server, "GET", `/v2/images/${imageId}`, { as: "ADMIN" });
  return withTags.parse(jsonOf(reply)).tags;
}

/**
 * The error in a reply. Throws when its body is not exactly of the one form of errors, or its status is not
 * that of its reason.
 */
export function errorIn(reply: RawReply): Required<ErrorBody["error"]> {
  const told = error.parse(jsonOf(reply)).error;
  const { status } = ERROR_REASONS[told.reason];
  if (status !== reply.status)
    throw new Error(`${told.reason} is ${status} and was answered ${reply.status}.`);
  return told;
}
