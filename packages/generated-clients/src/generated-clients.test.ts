import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { createClient } from "@hey-api/openapi-ts";
import { startServer } from "@imagetags/testing/server/start-server";
import { temporaryFolder } from "@imagetags/testing/temporary-folder";
import openapiTypescript, { astToString } from "openapi-typescript";
import { rolldown } from "rolldown";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { PROGRAMS } from "./programs.ts";

const DOCUMENT = fileURLToPath(import.meta.resolve("@imagetags/contract/openapi.json"));
const TSC = fileURLToPath(new URL("../../../node_modules/.bin/tsc", import.meta.url));

const folder = temporaryFolder("generated");
afterAll(() => folder[Symbol.dispose]());

beforeAll(async () => {
  mkdirSync(folder.at("generated"));
  symlinkSync(fileURLToPath(new URL("../node_modules", import.meta.url)), folder.at("node_modules"));
  const types = await openapiTypescript(new URL(`file://${DOCUMENT}`));
  writeFileSync(folder.at("generated", "openapi-typescript.ts"), astToString(types));
  await createClient({
    input: DOCUMENT,
    output: { path: folder.at("generated", "hey-api") },
    logs: { level: "silent", file: false },
  });
  for (const [name, program] of Object.entries(PROGRAMS)) writeFileSync(folder.at(`${name}.ts`), program);
});

test("what two generators make of openapi.json compiles, and so do programs that use it", () => {
  const compilerOptions = {
    strict: true,
    noEmit: true,
    target: "esnext",
    module: "preserve",
    moduleResolution: "bundler",
    lib: ["esnext", "dom", "dom.iterable"],
    types: ["node"],
    allowImportingTsExtensions: true,
  };
  const files = Object.keys(PROGRAMS).map((name) => `${name}.ts`);
  writeFileSync(folder.at("tsconfig.json"), JSON.stringify({ compilerOptions, files }));
  expect(outputOf(TSC, "-p", folder.path)).toBe("");
});

describe.each(Object.keys(PROGRAMS))("the client of %s", (name) => {
  test("removes a tag from an image of a server", async () => {
    await using server = await startServer({
      tokens: [{ token: "secret", user_id: "user", project_id: "project", roles: ["member", "reader"] }],
    });
    const bundle = await rolldown({ input: folder.at(`${name}.ts`), platform: "node", logLevel: "silent" });
    const file = folder.at(`${name}.mjs`);
    await bundle.write({ file, codeSplitting: false });
    await bundle.close();
    expect(JSON.parse(outputOf(process.execPath, file, server.url, "secret"))).toEqual({
      removed: 204,
      again: [404, "no-such-tag"],
      head: 200,
      name: "patched",
      listed: 1,
      tags: ["c"],
    });
  });
});

test("the clients were made of the document that is committed", () => {
  expect(readFileSync(folder.at("generated", "openapi-typescript.ts"), "utf8")).toContain(
    '"/v2/images/{image_id}/tags/{tag}"',
  );
});

/** What a program prints; its errors are told as they are. */
function outputOf(command: string, ...args: readonly string[]): string {
  try {
    return execFileSync(command, args, { encoding: "utf8" });
  } catch (error) {
    const told = error instanceof Error && "stdout" in error ? String(error.stdout) : "";
    throw new Error(`${command} failed: ${told}`, { cause: error });
  }
}
