import { expect, test } from "vitest";
import { planSteps } from "./operation-plan.ts";

const SIZE = { callers: 12, images: 2, length: 100, quota: 5 };

function kindsIn(keepsImages: boolean): Set<string> {
  return new Set(planSteps(1, { ...SIZE, keepsImages }).flatMap((steps) => steps.map(kindOf)));
}

function kindOf({ operation }: { readonly operation: { readonly kind: string } }): string {
  return operation.kind;
}

test("a plan that keeps its images deletes none, and asks for all else", () => {
  const all = kindsIn(false);
  expect(all).toContain("delete");
  expect(kindsIn(true)).toEqual(all.difference(new Set(["delete"])));
});
