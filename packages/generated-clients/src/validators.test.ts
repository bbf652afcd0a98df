import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { createConfig, lint } from "@redocly/openapi-core";
import { Validator } from "@seriousme/openapi-schema-validator";
import { describe, expect, test } from "vitest";

describe.each(["openapi.json", "openapi.ims.json"])("of %s", (name) => {
  const path = fileURLToPath(import.meta.resolve(`@imagetags/contract/${name}`));

  test("a validator by the schema of OpenAPI finds nothing", async () => {
    const { valid, errors } = await new Validator().validate(JSON.parse(readFileSync(path, "utf8")));
    expect({ valid, errors }).toEqual({ valid: true, errors: undefined });
  });

  test("Redocly's recommended rules find nothing", async () => {
    // The versions are answered 300 at `/`, and nothing is there besides.
    const config = await createConfig({
      extends: ["recommended"],
      rules: { "operation-2xx-response": "off" },
    });
    const problems = await lint({ ref: path, config });
    expect(problems.map(({ ruleId, message, location }) => ({ ruleId, message, location }))).toEqual([]);
  });
});

test("both find what is wrong", async () => {
  const wrong = { openapi: "3.1.0", info: { title: "wrong" }, paths: { "/a": { get: { responses: 5 } } } };
  expect((await new Validator().validate(structuredClone(wrong))).valid).toBe(false);
  const { lintFromString } = await import("@redocly/openapi-core");
  const config = await createConfig({ extends: ["recommended"] });
  expect((await lintFromString({ source: JSON.stringify(wrong), config })).length).toBeGreaterThan(0);
});
