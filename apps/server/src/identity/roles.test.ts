import fc from "fast-check";
import { expect, test } from "vitest";
import { withImpliedRoles } from "./roles.ts";

test.each([
  [[], []],
  [["reader"], ["reader"]],
  [["member"], ["member", "reader"]],
  [["manager"], ["manager", "member", "reader"]],
  [["admin"], ["admin", "manager", "member", "reader"]],
  [
    ["reader", "admin"],
    ["admin", "manager", "member", "reader"],
  ],
  [["Member"], ["member", "reader"]],
  [
    ["ADMIN", "admin"],
    ["admin", "manager", "member", "reader"],
  ],
  [["service"], ["service"]],
  [["load-balancer_Observer"], ["load-balancer_observer"]],
  [["admin "], ["admin "]],
  [["admin,member"], ["admin,member"]],
])("%j means %j", (given, all) => {
  expect([...withImpliedRoles(given)].toSorted()).toEqual(all);
});

test("a role of any other name means itself", () => {
  const usual = ["admin", "manager", "member"];
  const name = fc.oneof(
    fc.string(),
    fc.constantFrom("constructor", "__proto__", "toString", "hasownproperty"),
  );
  fc.assert(
    fc.property(name, (role) => {
      fc.pre(!usual.includes(role.toLowerCase()));
      expect([...withImpliedRoles([role])]).toEqual([role.toLowerCase()]);
    }),
  );
});
