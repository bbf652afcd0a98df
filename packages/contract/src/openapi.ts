import { isAppRouteNoBody, type AppRoute } from "@ts-rest/core";
import { z } from "zod";
import { contractFor } from "./contract.ts";
import { routesOf } from "./routes.ts";
import type { TagProfile } from "./tag.ts";

type Json = Record<string, unknown>;

/** What each status means, and the headers that come with it. */
const STATUSES: Record<number, { description: string; headers?: Json }> = {
  200: { description: "OK." },
  201: { description: "Created.", headers: header("Location", "The URL of the new image.") },
  204: { description: "Done; no body." },
  300: { description: "Multiple choices." },
  400: { description: "The request is wrong; the message says what." },
  401: {
    description: "The token is missing or not valid.",
    headers: header("WWW-Authenticate", "Where tokens are had."),
  },
  403: { description: "The caller may see the image but not do this." },
  404: { description: "The image or the tag was not found, or the caller may not see the image." },
  405: {
    description: "This path does not answer this method.",
    headers: header("Allow", "The methods it answers."),
  },
  409: { description: "The request conflicts with the state of the image." },
  413: { description: "More items than are allowed." },
  415: {
    description: "The body is of a media type that this path does not take.",
    headers: header("Accept-Patch", "The media types it takes."),
  },
  500: { description: "Something unforeseen; the message holds the request id." },
  503: {
    description: "The database or the identity service cannot be reached, or the server is overloaded.",
    headers: header("Retry-After", "Seconds to wait before trying again."),
  },
};

/**
 * The OpenAPI 3.1 document of the contract under a tag profile. Every path, parameter, body and status
 * in it is read from the contract.
 */
export function openApiDocument(profile: TagProfile): Json {
  const schemas = new SchemaCollector();
  const paths: Record<string, Json> = {};
  for (const { name, route } of routesOf(contractFor(profile))) {
    const path = route.path.replaceAll(/:(\w+)/g, "{$1}");
    paths[path] ??= {};
    paths[path][route.method.toLowerCase()] = operation(name, route, schemas);
  }
  return {
    openapi: "3.1.0",
    info: {
      title: "imagetags",
      version: "2",
      summary: "The image tags of an OpenStack cloud",
      description: `The Image API v2 around the tag, with the \`${profile}\` tag profile.`,
      license: { name: "Apache-2.0", identifier: "Apache-2.0" },
    },
    paths,
    components: {
      schemas: schemas.components,
      securitySchemes: { token: { type: "apiKey", in: "header", name: "X-Auth-Token" } },
    },
  };
}

function operation(name: string, route: AppRoute, schemas: SchemaCollector): Json {
  const body = "body" in route ? route.body : undefined;
  return {
    operationId: name,
    summary: route.summary,
    ...(route.description === undefined ? {} : { description: route.description }),
    tags: [name.split(".")[0]],
    security: route.path.startsWith("/v2/") ? [{ token: [] }] : [],
    parameters: [
      ...parameters(route.pathParams, "path", schemas),
      ...parameters(route.query, "query", schemas),
    ],
    ...(body instanceof z.ZodType
      ? {
          requestBody: { required: true, content: { [requestType(route)]: { schema: schemas.input(body) } } },
        }
      : {}),
    responses: Object.fromEntries(
      Object.entries(route.responses).map(([status, schema]) => [
        status,
        response(Number(status), schema, schemas),
      ]),
    ),
  };
}

function requestType({ metadata }: AppRoute): string {
  const own = typeof metadata === "object" && metadata !== null && "requestType" in metadata;
  return own ? String(metadata.requestType) : "application/json";
}

function parameters(schema: unknown, place: "path" | "query", schemas: SchemaCollector): Json[] {
  if (!(schema instanceof z.ZodObject)) return [];
  return Object.entries(schema.shape).map(([name, member]) => {
    if (!(member instanceof z.ZodType)) throw new TypeError(`The parameter ${name} has no zod schema.`);
    return {
      name,
      in: place,
      required: place === "path",
      schema: queryForm(member) ?? schemas.input(member),
    };
  });
}

/** How a query parameter is written in a URL, where its zod schema also takes the parsed form. */
function queryForm(schema: z.ZodType): unknown {
  const inner = schema instanceof z.ZodOptional ? schema.unwrap() : schema;
  return inner instanceof z.ZodType ? inner.meta()?.["openapi"] : undefined;
}

function response(status: number, schema: unknown, schemas: SchemaCollector): Json {
  const known = STATUSES[status];
  if (known === undefined) throw new RangeError(`The status ${status} has no description.`);
  return {
    description: known.description,
    headers: {
      ...header("X-Openstack-Request-Id", "The id of this request in the server's log."),
      ...known.headers,
    },
    ...(schema instanceof z.ZodType && !isAppRouteNoBody(schema)
      ? { content: { "application/json": { schema: schemas.output(schema) } } }
      : {}),
  };
}

function header(name: string, description: string): Json {
  return { [name]: { description, schema: { type: "string" } } };
}

/** Turns zod schemas into JSON Schema and gathers the named ones under `components`. */
class SchemaCollector {
  readonly components: Record<string, Json> = {};

  input(schema: z.ZodType): Json {
    return this.#convert(schema, "input");
  }

  output(schema: z.ZodType): Json {
    return this.#convert(schema, "output");
  }

  #convert(schema: z.ZodType, io: "input" | "output"): Json {
    const {
      $schema: _,
      $defs,
      ...converted
    } = z.toJSONSchema(schema, {
      io,
      reused: "inline",
      // A reply may grow members; only what a caller sends is closed.
      override: ({ jsonSchema }) => {
        if (io === "output" && jsonSchema.additionalProperties === false)
          delete jsonSchema.additionalProperties;
      },
    });
    for (const [id, definition] of Object.entries($defs ?? {})) this.#add(id, definition);
    const id = converted["id"];
    if (typeof id !== "string") return relocate(converted);
    this.#add(id, converted);
    return { $ref: `#/components/schemas/${id}` };
  }

  #add(id: string, schema: object): void {
    const { id: _, ...definition } = relocate(schema);
    this.components[id] = definition;
  }
}

/** Points references at `#/components/schemas`, where OpenAPI keeps them. */
function relocate(schema: object): Json {
  const text = JSON.stringify(schema).replaceAll('"#/$defs/', '"#/components/schemas/');
  return z.record(z.string(), z.unknown()).parse(JSON.parse(text));
}
