import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { isAppRouteNoBody, isAppRouteOtherResponse, type AppRoute } from "@ts-rest/core";
import { z } from "zod";
import { contractFor } from "./contract.ts";
import { openApiDocument } from "./openapi.ts";
import { routesOf } from "./routes-of.ts";
import { PATCH_MEDIA_TYPES } from "./wire/image.ts";
import { TAG_PROFILES } from "./wire/tag.ts";

const FILES = { glance: "../openapi.json", ims: "../openapi.ims.json" } as const;

// The parts of OpenAPI 3.1.0 that the document uses; a member that is not of them is a mistake.
// Source: https://spec.openapis.org/oas/v3.1.0
const anySchema = z.record(z.string(), z.unknown());
const header = z.strictObject({ description: z.string(), schema: anySchema });
const example = z.strictObject({
  summary: z.string().min(1),
  description: z.string().min(1).optional(),
  value: z.unknown(),
});
const reference = z.strictObject({ $ref: z.string().startsWith("#/components/examples/") });
const content = z.record(
  z.string().regex(/^(?:application|text)\/[\w.+-]+$/),
  z.strictObject({
    schema: anySchema.optional(),
    examples: z
      .record(z.string().regex(/^[a-z-]+$/), z.union([reference, example]))
      .refine((found) => Object.keys(found).length > 0, "There is no example."),
  }),
);
const operation = z.strictObject({
  operationId: z.string().regex(/^\w+\.\w+$/),
  summary: z.string().min(1),
  description: z.string().min(1).optional(),
  tags: z.array(z.string()).length(1),
  security: z.array(z.record(z.string(), z.array(z.string()))),
  parameters: z.array(
    z.strictObject({
      name: z.string().min(1),
      in: z.enum(["path", "query", "header"]),
      required: z.boolean(),
      description: z.string().min(1).optional(),
      style: z.literal("form").optional(),
      explode: z.literal(true).optional(),
      schema: anySchema,
      example: z.string().min(1).optional(),
    }),
  ),
  requestBody: z.strictObject({ required: z.literal(true), content }).optional(),
  responses: z.record(
    z.string().regex(/^[1-5]\d\d$/),
    z.strictObject({
      description: z.string().min(1),
      headers: z.record(z.string(), header),
      content: content.optional(),
    }),
  ),
});
const documentShape = z.strictObject({
  openapi: z.literal("3.1.0"),
  info: z.strictObject({
    title: z.string(),
    version: z.string(),
    summary: z.string(),
    description: z.string(),
    license: z.strictObject({ name: z.string(), identifier: z.string() }),
  }),
  servers: z.array(z.strictObject({ url: z.string().min(1), description: z.string().min(1) })).min(1),
  paths: z.record(
    z.string().startsWith("/"),
    z.partialRecord(z.enum(["head", "get", "put", "post", "delete", "patch"]), operation),
  ),
  components: z.strictObject({
    schemas: z.record(z.string().regex(/^[\w.-]+$/), anySchema),
    examples: z.record(z.string().regex(/^[a-z-]+$/), example),
    securitySchemes: z.record(
      z.string(),
      z.strictObject({ type: z.literal("apiKey"), in: z.literal("header"), name: z.string() }),
    ),
  }),
});

describe.each(TAG_PROFILES)("the OpenAPI document of the profile %s", (profile) => {
  const document = documentShape.parse(openApiDocument(profile));
  const operations = Object.entries(document.paths).flatMap(([path, item]) =>
    Object.entries(item).map(([method, found]) => ({ path, method, operation: found })),
  );
  const routes = routesOf(contractFor(profile)).map(({ name, route }) => ({
    name,
    route,
    method: route.method.toLowerCase(),
    path: route.path.replaceAll(/:(\w+)/g, "{$1}"),
  }));

  /** The operation of a route. */
  const operationOf = ({ path, method }: { path: string; method: string }) => {
    const found = operations.find((one) => one.path === path && one.method === method);
    if (found === undefined) throw new Error(`The document lacks ${method} ${path}.`);
    return found.operation;
  };

  test("is the committed file, to the byte", () => {
    const file = readFileSync(new URL(FILES[profile], import.meta.url), "utf8");
    expect(`${JSON.stringify(openApiDocument(profile), null, 2)}\n`).toBe(file);
  });

  test("is all JSON, and the same each time", () => {
    const again: unknown = JSON.parse(JSON.stringify(openApiDocument(profile)));
    expect(again).toEqual(openApiDocument(profile));
  });

  const withHead = routes.flatMap((route) =>
    route.method === "get" ? [route, { ...route, name: `${route.name}Head`, method: "head" }] : [route],
  );

  test("has every route of the contract, HEAD beside each GET, and no other operation", () => {
    const inDocument = operations.map(({ path, method }) => `${method} ${path}`);
    const inContract = withHead.map(({ path, method }) => `${method} ${path}`);
    expect(inContract.length).toBeGreaterThan(10);
    expect(inDocument.toSorted()).toEqual(inContract.toSorted());
    expect(new Set(inContract).size).toBe(inContract.length);
  });

  test("names each operation as the contract does, once", () => {
    const ids = operations.map((one) => one.operation.operationId);
    expect(ids.toSorted()).toEqual(withHead.map(({ name }) => name).toSorted());
    expect(new Set(ids).size).toBe(ids.length);
    for (const route of routes) expect(operationOf(route).operationId).toBe(route.name);
  });

  test.each(routes)("$name: has the contract's statuses, with a body where the contract has one", (route) => {
    const { responses } = operationOf(route);
    expect(Object.keys(responses).toSorted()).toEqual(Object.keys(route.route.responses).toSorted());
    for (const [status, response] of Object.entries(responses)) {
      expect(Object.keys(response.content ?? {}), status).toEqual(typesOf(route.route, Number(status)));
    }
  });

  test("describes HEAD as GET without the bodies", () => {
    for (const route of routes.filter(({ method }) => method === "get")) {
      const [get, head] = [operationOf(route), operationOf({ ...route, method: "head" })];
      expect(head.parameters).toEqual(get.parameters);
      expect(Object.keys(head.responses)).toEqual(Object.keys(get.responses));
      for (const [status, { headers, content: body }] of Object.entries(head.responses))
        expect({ headers, body }).toEqual({ headers: get.responses[status]?.headers, body: undefined });
    }
  });

  test("describes the filters by a property's name, and no others that are not named", () => {
    const further = operations.filter((one) =>
      one.operation.parameters.some(({ name }) => name === "properties"),
    );
    expect(further.map(({ method, path }) => `${method} ${path}`)).toEqual([
      "get /v2/images",
      "head /v2/images",
    ]);
    expect(further[0]?.operation.parameters.find(({ name }) => name === "properties")).toMatchObject({
      in: "query",
      style: "form",
      explode: true,
      schema: { type: "object", additionalProperties: { type: "string" } },
    });
  });

  test("describes both media types of a patch", () => {
    const { requestBody } = operationOf({ path: "/v2/images/{image_id}", method: "patch" });
    expect(Object.keys(requestBody?.content ?? {})).toEqual([...PATCH_MEDIA_TYPES]);
  });

  test("holds no field to the type of properties, which generators would make of additionalProperties", () => {
    const open = schemasOf(document).filter(
      ({ properties, additionalProperties }) =>
        properties !== undefined && typeof additionalProperties === "object",
    );
    expect(open.length).toBeGreaterThan(0);
    for (const schema of open) expect(schema["additionalProperties"]).not.toHaveProperty("type");
  });

  test.each(routes)("$name: has the contract's parameters, those of the path all required", (route) => {
    const { parameters } = operationOf(route);
    const names = (place: string) => parameters.filter((one) => one.in === place).map(({ name }) => name);
    const inTemplate = [...route.path.matchAll(/\{(\w+)\}/g)].map((match) => match[1]);
    expect(names("path").toSorted()).toEqual(inTemplate.toSorted());
    expect(names("path").toSorted()).toEqual(membersOf(route.route.pathParams));
    const further = names("query").includes("properties") ? ["properties"] : [];
    expect(names("query").toSorted()).toEqual([...membersOf(route.route.query), ...further].toSorted());
    for (const parameter of parameters)
      expect(parameter.required, parameter.name).toBe(parameter.in === "path");
    expect(new Set(parameters.map(({ name }) => name)).size).toBe(parameters.length);
  });

  test.each(routes)("$name: has a request body where the contract has one", (route) => {
    const hasBody = "body" in route.route && route.route.body instanceof z.ZodType;
    expect(operationOf(route).requestBody !== undefined).toBe(hasBody);
    if (["get", "delete"].includes(route.method)) expect(hasBody).toBe(false);
  });

  test.each(routes)("$name: asks for a token exactly when it is of the API", (route) => {
    const needs = operationOf(route).security.flatMap((one) => Object.keys(one));
    expect(needs).toEqual(route.path.startsWith("/v2/") ? ["token"] : []);
    expect(document.components.securitySchemes["token"]?.name).toBe("X-Auth-Token");
  });

  test("shows what stands in the path for each of its parameters", () => {
    for (const { path, operation: one } of operations)
      for (const parameter of one.parameters)
        expect(parameter.example !== undefined, `${path} ${parameter.name}`).toBe(parameter.in === "path");
  });

  test("tells of the headers that come with a status", () => {
    const needed: Record<string, string> = {
      201: "Location",
      401: "WWW-Authenticate",
      405: "Allow",
      415: "Accept-Patch",
      503: "Retry-After",
    };
    const seen = new Set<string>();
    for (const { operation: one } of operations) {
      for (const [status, { headers }] of Object.entries(one.responses)) {
        const own = needed[status];
        if (own !== undefined) seen.add(own);
        const always = ["X-Openstack-Request-Id", ...(own === undefined ? [] : [own])];
        expect(Object.keys(headers)).toEqual(expect.arrayContaining(always));
      }
    }
    expect([...seen].toSorted()).toEqual(Object.values(needed).toSorted());
  });

  test("holds every schema and example that it refers to, and none besides", () => {
    const references = objectsIn(document).flatMap((object) =>
      "$ref" in object ? [String(object["$ref"])] : [],
    );
    const { schemas, examples } = document.components;
    const held = Object.entries({ schemas, examples }).flatMap(([kind, named]) =>
      Object.keys(named).map((name) => `#/components/${kind}/${name}`),
    );
    expect(references.length).toBeGreaterThan(0);
    expect(new Set(references)).toEqual(new Set(held));
  });

  test("speaks no dialect of JSON Schema that OpenAPI 3.1 does not", () => {
    const TYPES = ["string", "integer", "number", "boolean", "object", "array", "null"];
    for (const schema of schemasOf(document)) {
      for (const own of ["$schema", "$id", "$defs", "id", "definitions", "nullable"]) {
        expect(schema, JSON.stringify(schema)).not.toHaveProperty([own]);
      }
      if ("type" in schema) expect(TYPES).toEqual(expect.arrayContaining([schema["type"]].flat()));
      if ("pattern" in schema) expect(() => new RegExp(String(schema["pattern"]), "u")).not.toThrow();
      const { required, properties } = z
        .looseObject({ required: z.array(z.string()).default([]), properties: anySchema.default({}) })
        .parse(schema);
      expect(Object.keys(properties)).toEqual(expect.arrayContaining(required));
    }
  });
});

test("the two profiles' documents differ in nothing but the rule of a tag, codes of errors and the profile's name", () => {
  const glance = paths(openApiDocument("glance"));
  const ims = paths(openApiDocument("ims"));
  const differing = [...new Set([...glance.keys(), ...ims.keys()])].filter(
    (key) => glance.get(key) !== ims.get(key),
  );
  expect(differing.length).toBeGreaterThan(0);
  for (const key of differing) expect(key).toMatch(/^\/info\/description$|\/pattern$|\/value\/error\/code$/);
});

/** The media types of a reply's body, by the contract. */
function typesOf({ responses }: AppRoute, status: number): string[] {
  const declared = responses[status];
  if (declared === undefined || isAppRouteNoBody(declared)) return [];
  return [isAppRouteOtherResponse(declared) ? declared.contentType : "application/json"];
}

/** The names of a zod object's members, sorted; of anything else none. */
function membersOf(schema: unknown): string[] {
  return schema instanceof z.ZodObject ? Object.keys(schema.shape).toSorted() : [];
}

type Members = Record<string, unknown>;

/** Every object in a JSON value, itself included. */
function objectsIn(value: unknown): Members[] {
  if (typeof value !== "object" || value === null) return [];
  const members: Members = { ...value };
  return [...(Array.isArray(value) ? [] : [members]), ...Object.values(members).flatMap(objectsIn)];
}

/** Every JSON Schema in a document, those within others included. */
function schemasOf(document: z.infer<typeof documentShape>): Members[] {
  const found: Members[] = [];
  const gather = (schema: unknown): void => {
    if (typeof schema !== "object" || schema === null) return;
    const members: Members = { ...schema };
    found.push(members);
    for (const [name, member] of Object.entries(members)) {
      if (name === "properties" || name === "patternProperties")
        Object.values({ ...anySchema.parse(member) }).forEach(gather);
      else if (["anyOf", "oneOf", "allOf"].includes(name)) z.array(z.unknown()).parse(member).forEach(gather);
      else if (["items", "additionalProperties", "propertyNames", "not"].includes(name)) gather(member);
    }
  };
  Object.values(document.components.schemas).forEach(gather);
  for (const object of objectsIn(document.paths)) {
    if ("schema" in object) gather(object["schema"]);
  }
  return found;
}

/** Every plain value of a JSON value as text, by its JSON pointer. */
function paths(value: unknown, at = ""): Map<string, string> {
  if (typeof value !== "object" || value === null) return new Map([[at, JSON.stringify(value)]]);
  const members: Members = { ...value };
  return new Map(Object.entries(members).flatMap(([name, member]) => [...paths(member, `${at}/${name}`)]));
}
