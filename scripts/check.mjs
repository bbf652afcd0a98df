// All that CI checks besides the tests. Every step runs, whatever the others say.
import { spawn } from "node:child_process";
import { globSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";

const AT_ONCE = 2;

const packages = globSync(["packages/*/package.json", "apps/*/package.json"]).map(dirname).toSorted();
const published = packages.filter((dir) => !JSON.parse(readFileSync(`${dir}/package.json`, "utf8")).private);
const typed = globSync([
  "{packages,apps}/*/tsconfig.test.json",
  "{bench,e2e,examples}/tsconfig.json",
]).toSorted();

/** The other steps read what these make, one after the other. */
const first = [
  { name: "build", command: "node scripts/build.mjs --quiet" },
  { name: "published types", command: "pnpm --filter @imagetags/contract run prepack" },
];

const rest = [
  ...typed.map((file) => ({ name: `types ${dirname(file)}`, command: `tsc -p ${file} --noEmit` })),
  { name: "lint", command: "oxlint" },
  { name: "format", command: "oxfmt --check" },
  { name: "openapi", command: "node packages/contract/scripts/generate-openapi.mjs --check" },
  { name: "errors", command: "node packages/contract/scripts/generate-errors.mjs --check" },
  { name: "settings", command: "node apps/server/scripts/generate-settings.mjs --check" },
  { name: "unused", command: "knip" },
  { name: "file names", command: "node scripts/file-names.mjs" },
  ...published.map((dir) => ({ name: `publint ${dir}`, command: `publint run ${dir} --strict` })),
  ...published
    .filter((dir) => dir.startsWith("packages/"))
    .map((dir) => ({ name: `attw ${dir}`, command: `attw --pack ${dir} --profile esm-only --quiet` })),
];

const results = [];
for (const step of first) results.push(await run(step));
const waiting = rest.values();
await Promise.all(
  Array.from({ length: AT_ONCE }, async () => {
    for (const step of waiting) results.push(await run(step));
  }),
);

mkdirSync(".ci/out", { recursive: true });
writeFileSync(".ci/out/check.json", JSON.stringify(results));
process.exitCode = results.every(({ ok }) => ok) ? 0 : 1;

async function run({ name, command }) {
  const start = performance.now();
  const { ok, output } = await execute(command);
  const seconds = ((performance.now() - start) / 1000).toFixed(1);
  if (ok) console.log(`ok      ${name} (${seconds} s)`);
  else console.log(`${output.trimEnd()}\nFAILED  ${name} (${seconds} s): ${command}`);
  return { name, ok };
}

function execute(command) {
  return new Promise((resolve) => {
    const child = spawn(command, { shell: true, stdio: ["ignore", "pipe", "pipe"] });
    let output = "";
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding("utf8").on("data", (text) => (output += text));
    }
    child.on("error", (error) => resolve({ ok: false, output: String(error) }));
    child.on("close", (code) => resolve({ ok: code === 0, output }));
  });
}
