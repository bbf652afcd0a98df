import { glanceContract, routesOf } from "@imagetags/contract";
import { openApiDocument } from "@imagetags/contract/openapi";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { ask, errorIn, type ApiRequest } from "../testing/api.ts";
import { EXAMPLE_IDS } from "../testing/examples/example-ids.ts";
import { startTestServer, type TestServer } from "../testing/test-server.ts";

const examples = z.record(z.string(), z.looseObject({ $ref: z.string().optional() }));
const replies = z.record(
  z.string(),
  z.looseObject({ content: z.record(z.string(), z.looseObject({ examples })).optional() }),
);
const document = z
  .looseObject({ paths: z.record(z.string(), z.record(z.string(), z.looseObject({ responses: replies }))) })
  .parse(openApiDocument("glance"));

/** The routes of the contract, and the common errors that the document shows for each, by status. */
const routes = routesOf(glanceContract).map(({ name, route: { method, path } }) => {
  const found = document.paths[path.replaceAll(/:(\w+)/g, "{$1}")]?.[method.toLowerCase()];
  const common = Object.entries(found?.responses ?? {}).flatMap(([status, { content = {} }]) =>
    Object.values(content)
      .flatMap(({ examples: shown }) => Object.entries(shown))
      .filter(([, { $ref }]) => $ref !== undefined)
      .map(([reason]) => [Number(status), reason] as const),
  );
  const target = path.replaceAll(/:\w+/g, EXAMPLE_IDS.absent);
  return { name, method, target, common: new Map(common) };
});

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server[Symbol.asyncDispose]());

/** What a status is asked for with, of the routes under `/v2/`, which need a token. */
const ASKED: readonly (readonly [number, (method: string) => string, string, ApiRequest])[] = [
  [400, (method) => method, "?a=%zz", {}],
  [401, (method) => method, "", { as: "NOBODY" }],
  [404, (method) => method, "", {}],
  [405, () => "COPY", "", {}],
];

describe.each(routes.filter(({ target }) => target.startsWith("/v2/")))("$name", (route) => {
  it("answers the errors that the document shows of any route", async () => {
    const names = ["GET", "DELETE"].includes(route.method) && route.target.includes(EXAMPLE_IDS.absent);
    for (const [status, methodOf, query, request] of ASKED) {
      const shown = route.common.get(status);
      // Every route declares 404. One without a name in its path has nothing to lack, and a body is looked at first.
      if (shown === undefined || (status === 404 && !names)) continue;
      const reply = await ask(server, methodOf(route.method), route.target + query, request);
      expect
        .soft([status, reply.status, reply.status < 400 ? "" : errorIn(reply).reason])
        .toEqual([status, status, shown]);
    }
  });
});
