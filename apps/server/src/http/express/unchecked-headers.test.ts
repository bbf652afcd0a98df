import { contractFor, routesOf } from "@imagetags/contract";
import { expect, test } from "vitest";
import { withoutHeaderChecks } from "./unchecked-headers.ts";

test("only the checks of headers are left out", () => {
  const contract = contractFor("glance");
  const withoutHeaders = (routes: ReturnType<typeof routesOf>) =>
    routes.map(({ name, route }) => ({ name, route: { ...route, headers: undefined } }));
  const unchecked = routesOf(withoutHeaderChecks(contract));
  expect(withoutHeaders(unchecked)).toEqual(withoutHeaders(routesOf(contract)));
  for (const { route } of unchecked) {
    expect(route.headers).toMatchObject({ "~standard": { vendor: "imagetags" } });
  }
});
