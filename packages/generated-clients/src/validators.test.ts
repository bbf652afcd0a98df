import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { createConfig, lint, lintFromString } from "@redocly/openapi-core";
import { Validator } from "@seriousme/openapi-schema-validator";
import { describe, expect, test } from "vitest";

describe.each(["openapi.json", "openapi.ims.json"])("of %s", (name) => {
  const path = fileURLToPath(import.meta.resolve(`@imagetags/contract/${name}`));

  test("a validator by the schema of OpenAPI finds nothing", async () => {
    const { valid, errors } = await new Validator().validate(JSON.parse(readFileSync(path, "utf8")));
    expect({ valid, errors }).toEqual({ valid: true, errors: undefined });
  });

  test("Redocly's recommended rules find nothing, but that the versions are answered 300 and never 2xx", async () => {
    const problems = await lint({ ref: path, config: await redoclyRules() });
    const found = problems.map(({ ruleId, location }) => [ruleId, location[0]?.pointer]);
    expect(found.toSorted()).toEqual([
      ["operation-2xx-response", "#/paths/~1/get/responses"],
      ["operation-2xx-response", "#/paths/~1/head/responses"],
    ]);
  });
});

test("both find what is wrong", async () => {
  const wrong = { openapi: "3.1.0", info: { title: "wrong" }, paths: { "/a": { get: { responses: 5 } } } };
  expect((await new Validator().validate(structuredClone(wrong))).valid).toBe(false);
  const config = await redoclyRules();
  expect((await lintFromString({ source: JSON.stringify(wrong), config })).length).toBeGreaterThan(0);
});

test("an example that does not fit its schema is found, and a parameter's too", async () => {
  const path = fileURLToPath(import.meta.resolve("@imagetags/contract/openapi.json"));
  const source = readFileSync(path, "utf8")
    .replace(/"dry_run": (?:true|false)/, '"dry_run": "perhaps"')
    .replace('"example": "miracle"', '"example": 5');
  const problems = await lintFromString({ source, config: await redoclyRules() });
  expect(new Set(problems.map(({ ruleId }) => ruleId))).toEqual(
    new Set(["operation-2xx-response", "no-invalid-media-type-examples", "no-invalid-parameter-examples"]),
  );
});

/** Redocly's rules, warnings included; those about parameters' examples are not among the recommended ones. */
function redoclyRules() {
  return createConfig({
    extends: ["recommended"],
    rules: { "no-invalid-parameter-examples": "error" },
  });
}
