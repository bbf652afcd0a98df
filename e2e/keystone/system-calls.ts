// What a validation from the cache costs the operating system: nothing.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { runToEnd } from "@imagetags/testing/processes/run-to-end";
import { temporaryFolder } from "@imagetags/testing/temporary-folder";
import type { Setting } from "./setting.ts";

const PROBE = fileURLToPath(
  new URL("../../apps/server/src/testing/programs/validate-many.ts", import.meta.url),
);
/** How a thread of the engine wakes another, by the eventfd of libuv. */
const WAKES = /^\d+ +write\(\d+, "\\1(?:\\0){7}", 8\)/;
/** How many validations are watched. */
const VALIDATIONS = 20_000;

export async function systemCallChecks({ checks, keystone, service, stack }: Setting) {
  const folder = stack.use(temporaryFolder("strace")).path;
  const trace = join(folder, "trace");
  const alice = await keystone.user({ project: "alpha", roles: ["member"] });
  await checks.check("a validation from the cache makes no system call", async () => {
    await runToEnd("strace", ["-f", "-o", trace, process.execPath, PROBE, String(VALIDATIONS)], {
      env: { ...service.environment, IMAGETAGS_AUTH: "keystone", TOKEN: await alice.token() },
    });
    const lines = readFileSync(trace, "utf8").split("\n");
    const at = (mark: string) => lines.findIndex((line) => line.includes(`"${mark}\\n"`));
    const [thread] = lines[at("begin")]?.split(" ") ?? [];
    const calls = lines
      .slice(at("begin") + 1, at("end"))
      .filter((line) => line.startsWith(`${thread} `) && !line.includes("resumed") && !WAKES.test(line))
      .map((line) => /^\d+ +(\w+)\(/.exec(line)?.[1] ?? "signal");
    const kinds = Object.entries(Object.groupBy(calls, (call) => call));
    console.log(
      `    ${VALIDATIONS} validations: ${calls.length} system calls of their thread` +
        kinds.map(([call, all]) => `, ${all?.length} ${call}`).join(""),
    );
    assert.ok(at("begin") !== -1 && at("end") > at("begin"), "the validations were watched");
    // What is left is the JavaScript engine's own: it moves memory and wakes its threads now and then.
    const ofEngine = ["futex", "madvise", "mprotect", "mmap", "munmap", "sched_yield", "getpid", "signal"];
    assert.deepEqual(
      calls.filter((call) => !ofEngine.includes(call)),
      [],
    );
    assert.ok(calls.length < VALIDATIONS / 20);
  });
}
