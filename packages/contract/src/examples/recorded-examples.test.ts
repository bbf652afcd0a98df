import { isAppRouteNoBody, isAppRouteOtherResponse, type AppRoute } from "@ts-rest/core";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { contractFor, glanceContract } from "../contract.ts";
import { routesOf } from "../routes-of.ts";
import { servedSchema } from "../served.ts";
import { ERROR_REASONS, type ErrorFacts } from "../wire/error-reasons.ts";
import { TAG_PROFILES } from "../wire/tag.ts";
import { readRecordedExamples } from "./recorded-examples.ts";
import { commonExamples, examplesOf } from "./route-examples.ts";
import { UNSERVED_EXCHANGES } from "./unserved-exchanges.ts";

const recorded = readRecordedExamples();
const reasons = Object.entries<ErrorFacts>(ERROR_REASONS);
const someExamples = z.record(z.string(), z.looseObject({ value: z.unknown().optional() }));

test("there are examples for the routes of the contract, and for no others", () => {
  const names = routesOf(glanceContract).map(({ name }) => name);
  expect(Object.keys(recorded.routes)).toEqual(names);
  expect(names).toEqual(expect.arrayContaining(Object.keys(UNSERVED_EXCHANGES)));
});

describe.each(TAG_PROFILES)("by the contract of the profile %s", (profile) => {
  describe.each(routesOf(contractFor(profile)))("$name", ({ name, route }) => {
    const exchanges = Object.values({ ...recorded.routes[name]?.exchanges, ...UNSERVED_EXCHANGES[name] });

    test("has an exchange for each status that is no error", () => {
      const statuses = Object.keys(route.responses).map(Number);
      expect([...new Set(exchanges.map(({ status }) => status))].toSorted()).toEqual(
        statuses.filter((status) => status < 400),
      );
    });

    test("takes the parameters and the body of each request", () => {
      for (const { request } of exchanges) {
        const { path, query } = partsOf(route, request.target);
        expect(path).toEqual(request.path);
        if (route.pathParams instanceof z.ZodType) expect(problemOf(route.pathParams, path)).toBeUndefined();
        if (route.query instanceof z.ZodType) expect(problemOf(route.query, query)).toBeUndefined();
        const schema = request.type === undefined ? undefined : bodySchemaOf(route, request.type);
        expect(schema === undefined).toBe(request.type === undefined);
        if (schema !== undefined) expect(problemOf(schema, request.body)).toBeUndefined();
      }
    });

    test("takes what is sent, and shows a body of each media type that it takes", () => {
      for (const type of mediaTypesOf(route)) {
        const shown = Object.values(someExamples.parse(examplesOf(name, route, profile).request(type)));
        expect(shown.length, type).toBeGreaterThan(0);
      }
    });

    test("has the body of each reply, and an error for each status of one", () => {
      for (const [status, declared] of Object.entries(route.responses)) {
        if (isAppRouteNoBody(declared)) {
          for (const { reply } of exchanges.filter((one) => one.status === Number(status)))
            expect(reply).toBeUndefined();
          continue;
        }
        const schema = isAppRouteOtherResponse(declared) ? declared.body : declared;
        const shown = Object.entries(
          someExamples.parse(examplesOf(name, route, profile).reply(Number(status))),
        );
        expect(shown.length, status).toBeGreaterThan(0);
        for (const [key, { value = commonValue(key, profile) }] of shown)
          expect(problemOf(z.instanceof(z.ZodType).parse(schema), value), `${status} ${key}`).toBeUndefined();
      }
    });

    test("declares the status of each error, which is that of its reason", () => {
      for (const [reason, { error }] of Object.entries(recorded.routes[name]?.errors ?? {})) {
        expect(error.reason).toBe(reason);
        expect(Object.keys(route.responses)).toContain(String(error.code));
        expect(reasons.find(([known]) => known === reason)?.[1].status).toBe(error.code);
      }
    });
  });

  test("errors have the profile's codes", () => {
    const route = glanceContract.imageTags.delete;
    const shown = examplesOf("imageTags.delete", route, profile).reply(400)["invalid-tag"];
    expect(shown).toMatchObject({ value: { error: { code: profile === "ims" ? "IMG.0115" : 400 } } });
  });
});

test("a route without a recorded example is refused by its name", () => {
  expect(() => examplesOf("images.unknown", glanceContract.images.list, "glance")).toThrow("images.unknown");
});

function commonValue(reason: string, profile: (typeof TAG_PROFILES)[number]): unknown {
  return someExamples.parse(commonExamples(profile))[reason]?.value;
}

/** The parameters in a target, decoded. */
function partsOf(route: AppRoute, target: string): { path: object | undefined; query: object } {
  const { pathname, searchParams } = new URL(target, "http://localhost");
  const named = new RegExp(`^${route.path.replaceAll(/:(\w+)/g, "(?<$1>[^/]+)")}$`).exec(pathname);
  const path = Object.entries(named?.groups ?? {}).map(([name, value]) => [name, decodeURIComponent(value)]);
  return {
    path: named === null ? undefined : Object.fromEntries(path),
    query: Object.fromEntries(searchParams),
  };
}

const metadataShape = z.looseObject({
  requestType: z.string().default("application/json"),
  otherBodies: z.record(z.string(), z.instanceof(z.ZodType)).default({}),
});

function mediaTypesOf(route: AppRoute): string[] {
  if (!("body" in route && route.body instanceof z.ZodType)) return [];
  const { requestType, otherBodies } = metadataShape.parse(route.metadata ?? {});
  return [requestType, ...Object.keys(otherBodies)];
}

function bodySchemaOf(route: AppRoute, type: string): z.ZodType | undefined {
  const { requestType, otherBodies } = metadataShape.parse(route.metadata ?? {});
  const own = "body" in route && route.body instanceof z.ZodType ? route.body : undefined;
  return type === requestType ? own : otherBodies[type];
}

/** What a schema has against a value. Of a reply the server's own promises are asked; bytes have no schema. */
function problemOf(schema: z.ZodType, value: unknown): string | undefined {
  return servedSchema(schema).safeParse(value).error?.message;
}
