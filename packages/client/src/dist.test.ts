import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { expect, test } from "vitest";

const entry = new URL("../dist/index.js", import.meta.url);

/**
 * Loads the built package as Node itself resolves it, without Node's globals, and makes a call. Prints the
 * URL of every module that was imported on the way, and the status of the reply.
 */
const script = `
  import { registerHooks } from "node:module";
  const { stdout } = process;
  const loaded = [];
  registerHooks({
    resolve(specifier, context, next) {
      const resolved = next(specifier, context);
      loaded.push(resolved.url);
      return resolved;
    },
  });
  // Node sets its fetch up at first use, and needs its globals for that.
  await new Response(new Blob(["a"])).text();
  new Headers({ a: "b" });
  for (const name of ["process", "Buffer", "global", "setImmediate", "clearImmediate"]) delete globalThis[name];
  const { createClient } = await import(${JSON.stringify(entry.href)});
  const fetch = async () => new Response(null, { status: 204 });
  const client = createClient({ endpoint: "http://host", token: "t", fetch });
  const { status } = await client.imageTags.delete({ params: { image_id: "i", tag: "t" } });
  stdout.write(JSON.stringify({ loaded, status }));
`;

test("the built package imports no Node module and needs no Node global, nor do its dependencies", () => {
  expect(existsSync(entry), "Build the package first: dist/index.js is missing.").toBe(true);
  const child = spawnSync(process.execPath, ["--input-type=module", "--eval", script], { encoding: "utf8" });
  expect(child.stderr).toBe("");

  const { loaded, status }: { loaded: string[]; status: number } = JSON.parse(child.stdout);
  expect(status).toBe(204);
  for (const part of [
    "/client/dist/calls/call-sender.js",
    "/contract/dist/index.js",
    "/@ts-rest/core/",
    "/zod/",
  ]) {
    expect(
      loaded.some((url) => url.includes(part)),
      part,
    ).toBe(true);
  }
  expect(loaded.filter((url) => !url.startsWith("file:"))).toEqual([]);
});
