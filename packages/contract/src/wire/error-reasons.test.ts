import { describe, expect, test } from "vitest";
import { errorBody } from "./error-body.ts";
import { ERROR_REASONS, type ErrorFacts } from "./error-reasons.ts";

const reasons = Object.entries<ErrorFacts>(ERROR_REASONS);

describe("the table of errors", () => {
  test.each(reasons)("%s is a name for programs, with a status, a cause and a remedy", (reason, facts) => {
    expect(reason).toMatch(/^[a-z]+(?:-[a-z]+)*$/);
    expect(facts.status).toBeGreaterThanOrEqual(400);
    expect(facts.status).toBeLessThan(600);
    expect(facts.cause).toMatch(/^\S.*\.$/);
    expect(facts.remedy).toMatch(/^\S.*\.$/);
  });

  test("has each cause once, and the codes of the Image Management Service once", () => {
    const causes = reasons.map(([, { cause }]) => cause);
    expect(new Set(causes).size).toBe(causes.length);
    expect(reasons.flatMap(([, { imsCode }]) => imsCode ?? [])).toEqual(["IMG.0115", "IMG.0116"]);
  });

  test("stands in the order of the statuses", () => {
    const statuses = reasons.map(([, { status }]) => status);
    expect(statuses).toEqual(statuses.toSorted((one, other) => one - other));
  });

  test("is all that the body of an error may name", () => {
    const body = (reason?: string) => ({ error: { code: 404, title: "Not Found", message: "No.", reason } });
    for (const [reason] of reasons) expect(errorBody.safeParse(body(reason)).success).toBe(true);
    expect(errorBody.safeParse(body("something-else")).success).toBe(false);
    // Other servers of the Image API send none.
    expect(errorBody.safeParse(body()).success).toBe(true);
  });
});
