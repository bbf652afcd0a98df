import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { expect, test, vi } from "vitest";
import { limitYoungGeneration } from "./young-generation.ts";

const PROGRAM = `
  import { limitYoungGeneration } from "${new URL("young-generation.ts", import.meta.url).href}";
  limitYoungGeneration();
  const [, ...rest] = process.argv;
  console.log(JSON.stringify({
    pid: process.pid, rest, options: process.execArgv.slice(0, 1), setting: process.env.IMAGETAGS_LISTEN,
  }));
`;

async function run(options: readonly string[], env: Readonly<Record<string, string>> = {}) {
  const started = promisify(execFile)(
    process.execPath,
    [...options, "--input-type=module", "--eval", PROGRAM, "serve", "a b"],
    { env: { PATH: process.env["PATH"], ...env } },
  );
  const { stdout } = await started;
  return { pid: started.child.pid, printed: JSON.parse(stdout) as unknown };
}

test.concurrent("a process limits V8's young generation, and keeps its id, its arguments and its settings", async () => {
  const { pid, printed } = await run([], { IMAGETAGS_LISTEN: "127.0.0.1:1" });
  expect(printed).toEqual({
    pid,
    rest: ["serve", "a b"],
    options: ["--max-semi-space-size=8"],
    setting: "127.0.0.1:1",
  });
});

test.concurrent("a process that may not start anew runs on as it is", async () => {
  const { printed } = await run(["--permission", "--allow-fs-read=*"]);
  expect(printed).toMatchObject({ rest: ["serve", "a b"], options: ["--permission"] });
});

test.concurrent.each([
  ["an option", ["--max-semi-space-size=32"], {}, ["--max-semi-space-size=32"]],
  ["NODE_OPTIONS", [], { NODE_OPTIONS: "--max_semi_space_size=32" }, ["--input-type=module"]],
])("a limit that the operator set by %s stays", async (_, options, env, seen) => {
  expect(await run(options, env)).toMatchObject({ printed: { rest: ["serve", "a b"], options: seen } });
});

test("the environment is handed over, which Node before 24.10 would leave behind", () => {
  const started = vi.spyOn(process, "execve").mockImplementation(() => undefined as never);
  limitYoungGeneration();
  expect(started.mock.calls[0]?.[2]).toBe(process.env);
  started.mockRestore();
});
