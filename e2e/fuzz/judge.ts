import { readFileSync } from "node:fs";
import { z } from "zod";
import type { Reply } from "./replies.ts";
import type { Sent } from "./random-requests.ts";
import { CALLERS } from "./values.ts";

type Json = Readonly<Record<string, unknown>>;

type JsonSchema = Parameters<typeof z.fromJSONSchema>[0];
const jsonSchema = z.custom<JsonSchema>((value) => typeof value === "object" && value !== null);
const record = z.record(z.string(), z.unknown());
const document = z
  .object({
    paths: z.record(z.string(), z.record(z.string(), z.object({ responses: z.record(z.string(), record) }))),
    components: z.object({ schemas: record }),
  })
  .parse(JSON.parse(readFileSync(new URL("../../packages/contract/openapi.json", import.meta.url), "utf8")));

const definitions = relocated(document.components.schemas);
const errorSchema = validatorOf({ $ref: "#/$defs/Error" });
const validators = new Map<string, z.ZodType | undefined>();
const templates = Object.keys(document.paths).map((template) => ({
  template,
  pattern: new RegExp(
    `^${template.replaceAll(/[.*+?^$()|[\]\\]/g, String.raw`\$&`).replaceAll(/\{\w+\}/g, "[^/]*")}$`,
  ),
}));

/** What is wrong with a reply to a request, in words; `undefined` when nothing is. */
export function problemOf(reply: Reply, sent: Sent | undefined): string | undefined {
  if (reply.status < 200) return undefined;
  const text = reply.body.toString("utf8");
  if (reply.status === 500) return `500: ${text.slice(0, 300)}`;
  if (!/^[\w-]{1,64}$/.test(reply.headers.get("x-openstack-request-id") ?? ""))
    return "It has no request id.";
  if (CALLERS.some(({ token }) => text.includes(token))) return "It tells a token.";
  if (/node:internal|\.ts:\d+|\.js:\d+|\n {4}at /.test(text))
    return `It tells of the inside: ${text.slice(0, 300)}`;
  if (reply.status >= 400 && sent?.method !== "HEAD") {
    const problem = problemOfJson(reply, errorSchema);
    if (problem !== undefined) return `The error: ${problem}`;
  }
  if (sent === undefined) return undefined;
  const isOpen = sent.method === "OPTIONS" || !/^\/v2(?:\.\d+)?\//.test(sent.target);
  if (!sent.hasToken && !isOpen && reply.status < 300) return "It is a success without a token.";
  return sent.asksForVersion ? undefined : problemByDocument(reply, sent);
}

/** Whether a reply is one that the document has for the request, where it has the request at all. */
function problemByDocument(reply: Reply, { method, target }: Sent): string | undefined {
  const [path = ""] = target.split("?");
  const found = templates.find(({ pattern }) => pattern.test(path));
  // Statuses of HTTP itself, which any request may meet.
  if (found === undefined || [400, 408, 414, 431].includes(reply.status)) return undefined;
  const responses = document.paths[found.template]?.[method.toLowerCase()]?.responses;
  if (responses === undefined) return undefined;
  const declared = responses[String(reply.status)];
  if (declared === undefined) return `${method} ${found.template} is not to answer ${reply.status}.`;
  const key = `${method} ${found.template} ${reply.status}`;
  if (!validators.has(key)) validators.set(key, schemaOf(declared));
  const schema = validators.get(key);
  return schema === undefined ? undefined : problemOfJson(reply, schema);
}

function schemaOf(response: Json): z.ZodType | undefined {
  const content = record.safeParse(response["content"]).data;
  const json = record.safeParse(content?.["application/json"]).data;
  const schema = record.safeParse(json?.["schema"]).data;
  return schema === undefined ? undefined : validatorOf(relocated(schema));
}

function problemOfJson({ headers, body }: Reply, schema: z.ZodType): string | undefined {
  if (headers.get("content-type") !== "application/json")
    return `Its type is ${headers.get("content-type")}.`;
  let value: unknown;
  try {
    value = JSON.parse(body.toString("utf8"));
  } catch {
    return `It is no JSON: ${body.toString("utf8").slice(0, 200)}`;
  }
  const { error } = schema.safeParse(value);
  return error === undefined
    ? undefined
    : `${z.prettifyError(error)}: ${body.toString("utf8").slice(0, 300)}`;
}

function validatorOf(schema: Json): z.ZodType {
  return z.fromJSONSchema(jsonSchema.parse({ ...schema, $defs: definitions }));
}

/** JSON Schema looks for definitions under `$defs`. */
function relocated(schema: Json): Record<string, unknown> {
  return record.parse(JSON.parse(JSON.stringify(schema).replaceAll("#/components/schemas/", "#/$defs/")));
}
