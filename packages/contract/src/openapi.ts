import { isAppRouteNoBody, isAppRouteOtherResponse, type AppRoute } from "@ts-rest/core";
import { z } from "zod";
import { contractFor } from "./contract.ts";
import { commonExamples, examplesOf, type RouteExamples } from "./examples/route-examples.ts";
import { DATA_MEDIA_TYPE } from "./routes/data.ts";
import { routesOf } from "./routes-of.ts";
import { servedSchema } from "./served.ts";
import type { TagProfile } from "./wire/tag.ts";

type Json = Record<string, unknown>;

/** What each status means, and the headers that come with it. */
const STATUSES: Record<number, { description: string; headers?: Json }> = {
  200: { description: "OK." },
  201: { description: "Created.", headers: header("Location", "The URL of the new image.") },
  204: { description: "Done; no body." },
  206: {
    description: "The part that was asked for.",
    headers: header("Content-Range", "Which bytes these are, of how many."),
  },
  300: { description: "Multiple choices." },
  304: { description: "Nothing newer than what the caller has; no body." },
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
  410: { description: "The image was deleted meanwhile." },
  412: { description: "The entity tag is none of those in If-Match; nothing was changed." },
  413: { description: "More items than are allowed, or more data than there is room for." },
  415: {
    description: "The body is of a media type that this path does not take.",
    headers: {
      ...header("Accept-Patch", "The media types that PATCH takes."),
      ...header("Accept", "The media types that PUT takes."),
    },
  },
  416: {
    description: "The data has no such range.",
    headers: header("Content-Range", "How many bytes there are."),
  },
  428: { description: "The plan that is to be carried out is not named in If-Match." },
  429: {
    description:
      "The caller or their project asks for more changes than the operator allows; nothing was changed.",
    headers: header("Retry-After", "Seconds to wait before trying again."),
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
    const found = operation(name, route, schemas, examplesOf(name, route, profile));
    paths[path] = { ...paths[path], [route.method.toLowerCase()]: found };
    if (route.method === "GET") paths[path]["head"] = headOf(found, name);
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
    servers: [
      {
        url: "/",
        description:
          "The server that answers with this document; elsewhere the Image API's endpoint, without a version.",
      },
    ],
    paths,
    components: {
      schemas: schemas.components,
      examples: commonExamples(profile),
      securitySchemes: { token: { type: "apiKey", in: "header", name: "X-Auth-Token" } },
    },
  };
}

function operation(name: string, route: AppRoute, schemas: SchemaCollector, examples: RouteExamples): Json {
  const body = "body" in route ? route.body : undefined;
  return {
    operationId: name,
    summary: route.summary,
    ...(route.description === undefined ? {} : { description: route.description }),
    tags: [name.split(".")[0]],
    security: route.path.startsWith("/v2/") ? [{ token: [] }] : [],
    parameters: [
      ...parameters(route.pathParams, "path", schemas).map((parameter) => ({
        ...parameter,
        example: examples.pathParameter(String(parameter["name"])),
      })),
      ...parameters(route.query, "query", schemas),
      ...furtherParameters(route.query),
      ...parameters(route.headers, "header", schemas),
    ],
    ...(body instanceof z.ZodType
      ? {
          requestBody: {
            required: true,
            content: {
              ...content(requestType(route), () => schemas.input(body), examples.request),
              ...otherBodies(route, schemas, examples),
            },
          },
        }
      : {}),
    responses: Object.fromEntries(
      Object.entries(route.responses).map(([status, schema]) => [
        status,
        response(Number(status), schema, isTagged(route), schemas, examples),
      ]),
    ),
  };
}

function requestType({ metadata }: AppRoute): string {
  const own = typeof metadata === "object" && metadata !== null && "requestType" in metadata;
  return own ? String(metadata.requestType) : "application/json";
}

const withOtherBodies = z.looseObject({
  otherBodies: z.record(
    z.string(),
    z.custom<z.ZodType>((value) => value instanceof z.ZodType),
  ),
});

/** The bodies of other media types that a route takes too. */
function otherBodies({ metadata }: AppRoute, schemas: SchemaCollector, { request }: RouteExamples): Json {
  const others = withOtherBodies.safeParse(metadata).data?.otherBodies ?? {};
  return Object.fromEntries(
    Object.entries(others).flatMap(([type, schema]) =>
      Object.entries(content(type, () => schemas.input(schema), request)),
    ),
  );
}

const withResponses = z.looseObject({ responses: z.record(z.string(), z.looseObject({})) });

/** What HEAD answers where GET answers this: the same headers, and no body (RFC 9110, section 9.3.2). */
function headOf(get: Json, name: string): Json {
  const responses = Object.entries(withResponses.parse(get).responses).map(([status, reply]) => {
    const { content: _, ...withoutBody } = reply;
    return [status, withoutBody] as const;
  });
  return {
    ...get,
    operationId: `${name}Head`,
    summary: `${String(get["summary"])} (headers only)`,
    responses: Object.fromEntries(responses),
  };
}

/** What a query may hold besides the parameters that it names, where it may. */
function furtherParameters(query: unknown): Json[] {
  const further = query instanceof z.ZodObject ? query.def.catchall : undefined;
  if (!(further instanceof z.ZodType) || further instanceof z.ZodNever) return [];
  return [
    {
      name: "properties",
      in: "query",
      required: false,
      description: further.meta()?.description,
      style: "form",
      explode: true,
      schema: { type: "object", additionalProperties: { type: "string" } },
    },
  ];
}

/** Whether the replies of a route carry an entity tag. */
function isTagged({ metadata }: AppRoute): boolean {
  return typeof metadata === "object" && metadata !== null && "entityTag" in metadata;
}

/** The parameters of one place: a zod object's members, or for headers an object of zod schemas. */
function parameters(schema: unknown, place: "path" | "query" | "header", schemas: SchemaCollector): Json[] {
  const members = schema instanceof z.ZodObject ? schema.shape : place === "header" ? schema : undefined;
  return Object.entries(members ?? {}).map(([name, member]) => {
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

function response(
  status: number,
  schema: AppRoute["responses"][number],
  entityTag: boolean,
  schemas: SchemaCollector,
  examples: RouteExamples,
): Json {
  const known = STATUSES[status];
  if (known === undefined) throw new RangeError(`The status ${status} has no description.`);
  return {
    description: known.description,
    headers: {
      ...header("X-Openstack-Request-Id", "The id of this request in the server's log."),
      ...known.headers,
      ...(entityTag && status < 400 ? header("ETag", "What the representation is known by.") : {}),
    },
    ...replyContent(schema, schemas, () => examples.reply(status)),
  };
}

function replyContent(
  schema: AppRoute["responses"][number],
  schemas: SchemaCollector,
  examples: () => Json,
): Json {
  if (isAppRouteNoBody(schema)) return {};
  const [type, body] = isAppRouteOtherResponse(schema)
    ? [schema.contentType, schema.body]
    : ["application/json", schema];
  return body instanceof z.ZodType
    ? { content: content(type, () => schemas.output(servedSchema(body)), examples) }
    : {};
}

/** Bytes have no schema: OpenAPI 3.1 describes them by their media type alone. */
function content(mediaType: string, schema: () => Json, examples: (mediaType: string) => Json): Json {
  const described = mediaType === DATA_MEDIA_TYPE ? {} : { schema: schema() };
  return { [mediaType]: { ...described, examples: examples(mediaType) } };
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
      // Only request schemas are closed: a later version may add members to a reply.
      override: ({ jsonSchema }) => {
        // How a query writes it, which a body does not.
        delete jsonSchema["openapi"];
        const { additionalProperties: others } = jsonSchema;
        const saysNothing = typeof others === "object" && Object.keys(others).length === 0;
        if (io === "output" && (others === false || saysNothing)) delete jsonSchema.additionalProperties;
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
