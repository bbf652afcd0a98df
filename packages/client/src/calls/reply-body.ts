import { DATA_MEDIA_TYPE, errorBody } from "@imagetags/contract";
import { isAppRouteNoBody, isAppRouteOtherResponse, isStandardSchema, type AppRoute } from "@ts-rest/core";
import { readErrorBody } from "./error-body.ts";
import { hideCutToken, hideToken } from "./token.ts";

/** The bytes that suffice for an error's excerpt. A body comes in chunks, so somewhat more may be read. */
const PREFIX_BYTES = 4096;

/** The bytes that suffice for every error. Only pages are longer, and their start tells all. */
const ERROR_BYTES = 65_536;

/** A body as the contract types it, or why the reply is not one that the contract declares. */
export type ReplyBody =
  | { readonly body: unknown }
  | { readonly problem: string; readonly prefix: BodyPrefix };

/** The beginning of a body, for people to read. */
export interface BodyPrefix {
  readonly text: string;
  /** Whether more followed. */
  readonly cut: boolean;
}

/**
 * Reads the body of a reply and holds it against the contract. An error of a declared status is understood in every
 * form that image services have, and does not quote the token. Of a body of another media type, or whose status
 * is not declared, only a start is read, and the rest is left on the wire.
 */
export async function readReplyBody(response: Response, route: AppRoute, token: string): Promise<ReplyBody> {
  const { status } = response;
  // A browser hides the status of a redirect that it does not follow.
  if (response.type === "opaqueredirect") {
    return { problem: "a redirect, which is not followed", prefix: { text: "", cut: false } };
  }
  const schema = route.responses[status];
  if (schema === undefined) {
    const problem = `the status ${status} is not in the contract`;
    const isRedirect = status >= 300 && status < 400;
    return {
      problem: isRedirect ? `${problem}, and redirects are not followed` : problem,
      prefix: await readPrefix(response),
    };
  }
  if (schema === errorBody) {
    const { text, cut } = await readPrefix(response, ERROR_BYTES);
    const contentType = response.headers.get("content-type");
    return {
      body: readErrorBody(status, contentType, cut ? hideCutToken(text, token) : hideToken(text, token)),
    };
  }
  if (isAppRouteNoBody(schema)) {
    await response.body?.cancel();
    return { body: undefined };
  }
  if (isAppRouteOtherResponse(schema)) {
    const { contentType, body } = schema;
    if (!isOfType(response, contentType)) {
      return {
        problem: `the body of the ${status} is not ${contentType}`,
        prefix: await readPrefix(response),
      };
    }
    if (contentType === DATA_MEDIA_TYPE) return { body: await response.blob() };
    const text = await response.text();
    return await validated(status, text, text, body);
  }
  if (!isOfType(response, "application/json")) {
    return { problem: `the body of the ${status} is not JSON`, prefix: await readPrefix(response) };
  }

  const text = await response.text();
  const json = tryParse(text);
  if (json === undefined) {
    return { problem: `the body of the ${status} is not valid JSON`, prefix: { text, cut: false } };
  }
  return await validated(status, json.value, text, schema);
}

async function validated(status: number, value: unknown, text: string, schema: unknown): Promise<ReplyBody> {
  if (!isStandardSchema(schema)) return { body: value };
  const result = await schema["~standard"].validate(value);
  if (result.issues === undefined) return { body: result.value };
  const problem = `the body of the ${status} does not fit the contract: ${describe(result.issues[0])}`;
  return { problem, prefix: { text, cut: false } };
}

function isOfType(response: Response, mediaType: string): boolean {
  const [type = ""] = (response.headers.get("content-type") ?? "").split(";");
  return type.trim().toLowerCase() === mediaType;
}

function tryParse(text: string): { readonly value: unknown } | undefined {
  try {
    return { value: JSON.parse(text) };
  } catch {
    return undefined;
  }
}

async function readPrefix(response: Response, bytes = PREFIX_BYTES): Promise<BodyPrefix> {
  const reader = response.body?.getReader();
  if (reader === undefined) return { text: "", cut: false };
  const decoder = new TextDecoder();
  let text = "";
  for (let left = bytes; left > 0;) {
    const { done, value } = await reader.read();
    if (done) return { text: text + decoder.decode(), cut: false };
    text += decoder.decode(value, { stream: true });
    left -= value.byteLength;
  }
  await reader.cancel();
  return { text, cut: true };
}

interface Issue {
  readonly message: string;
  readonly path?: ReadonlyArray<PropertyKey | { readonly key: PropertyKey }> | undefined;
}

function describe(issue: Issue | undefined): string {
  if (issue === undefined) return "no reason given";
  const path = (issue.path ?? []).map((step) => String(typeof step === "object" ? step.key : step)).join(".");
  return path === "" ? issue.message : `${path}: ${issue.message}`;
}
