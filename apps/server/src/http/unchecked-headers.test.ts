import { contractFor, routesOf } from "@imagetags/contract";
import { expect, test } from "vitest";
import { withoutHeaderChecks } from "./unchecked-headers.ts";

test("only the header schemas are left out", () => {
  const contract = contractFor("glance");
  const expected = routesOf(contract).map(({ name, route: { headers: _, ...route } }) => ({ name, route }));
  expect(routesOf(withoutHeaderChecks(contract))).toEqual(expected);
  expect(routesOf(contract).some(({ route }) => route.headers !== undefined)).toBe(true);
});
