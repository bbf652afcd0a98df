import { spawnSync } from "node:child_process";
import { chmodSync, copyFileSync, existsSync, mkdirSync, writeFileSync } from "node:fs";
import { hasTerminal, shellAtTerminal } from "@imagetags/testing/processes/terminal";
import { temporaryFolder, type TemporaryFolder } from "@imagetags/testing/temporary-folder";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { MAIN, runCli } from "../testing/cli-process.ts";
import { startImageServer, type ImageServer } from "../testing/image-server.ts";

const hasShell = (name: string) => spawnSync(name, ["-c", "exit"]).status === 0;
/** What would make a file if a shell ever evaluated it. */
const TRAP = "$(touch trap)`touch trap`;touch trap";

let server: ImageServer;
let folder: TemporaryFolder;
let env: Readonly<Record<string, string>>;
beforeAll(async () => {
  server = await startImageServer();
  await server.create({ name: "web 1", tags: ["old tag", "a:b", "$HOME"] });
  await server.create({ name: 'it\'s "quoted"', tags: ["é"] });
  await server.create({ name: "twin" });
  await server.create({ name: "twin" });
  await server.create({ name: TRAP });
  await server.create({ name: "zap\u001B[2J" });
  folder = temporaryFolder();
  mkdirSync(folder.at("bin"));
  writeFileSync(folder.at("bin", "imagetags"), `#!/bin/sh\nexec '${process.execPath}' '${MAIN}' "$@"\n`);
  chmodSync(folder.at("bin", "imagetags"), 0o755);
  for (const shell of ["bash", "zsh", "fish"]) {
    const { stdout } = await runCli(["completion", shell]);
    writeFileSync(folder.at(`completion.${shell}`), stdout);
  }
  const PATH = `${folder.at("bin")}:${process.env["PATH"] ?? ""}`;
  env = { ...server.env, PATH, HOME: folder.path, LANG: "C.UTF-8" };
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
  folder[Symbol.dispose]();
});

/** What bash would put in the place of the word before the cursor. */
function inBash(line: string): string[] {
  const script = `
    source "$HOME/completion.bash"
    compopt() { :; }
    COMP_LINE=$1 COMP_POINT=\${#1} COMP_WORDBREAKS=$' \\t\\n"\\'><=;|&(:'
    _imagetags
    printf '%s\\n' "\${COMPREPLY[@]}"`;
  const run = spawnSync("bash", ["--norc", "-c", script, "bash", line], {
    cwd: folder.path,
    env,
    encoding: "utf8",
  });
  expect(run.stderr).toBe("");
  return run.stdout.split("\n").filter((word) => word !== "");
}

describe.skipIf(!hasShell("bash"))("bash", () => {
  test.each([
    ["imagetags remove --ever", ["--everywhere"]],
    [
      "imagetags show ",
      [
        String.raw`\$\(touch\ trap\)\`touch\ trap\`\;touch\ trap`,
        String.raw`it\'s\ \"quoted\"`,
        String.raw`web\ 1`,
      ],
    ],
    ['imagetags show "we', ["web 1"]],
    ["imagetags show it", [String.raw`it\'s\ \"quoted\"`]],
    [String.raw`imagetags remove web\ 1 a:`, ["b"]],
    [String.raw`imagetags remove web\ 1 `, [String.raw`\$HOME`, "a:b", String.raw`old\ tag`]],
    ["imagetags list --tag=ol", [String.raw`old\ tag`]],
    ["imagetags --endpoint http://127.0.0.1:1 show we", []],
  ])("completes %j with %j", (line, words) => {
    expect(inBash(line)).toEqual(words);
  });
});

describe("of many images", () => {
  let many: ImageServer;
  beforeAll(async () => {
    many = await startImageServer();
    await many.create({ name: "beef stew", tags: ["oldest"] });
    await many.create({ id: "beef0000-0000-4000-8000-000000000000", name: "other" });
    await many.createMany(1050, (index) => ({ name: `many-${index}`, tags: ["newer"] }));
  });
  afterAll(async () => {
    await many[Symbol.asyncDispose]();
  });
  const complete = async (...words: string[]) => {
    const { stdout } = await runCli(["complete", "fish", "--", ...words], { env: many.env });
    return stdout.trimEnd().split("\n").slice(1);
  };

  test("the oldest of more than 1,000 is found by its name and its tag", async () => {
    expect(await complete("show", "beef ")).toEqual(["beef stew"]);
    expect(await complete("remove", "--everywhere", "old")).toEqual(["oldest"]);
  });

  test("a name goes before an id that begins like it, and an id is found where no name does", async () => {
    expect(await complete("show", "beef")).toEqual(["beef stew"]);
    expect(await complete("show", "beef0")).toEqual(["beef0000-0000-4000-8000-000000000000\tother"]);
  });

  test.each([
    [["rename", "ol"], ["oldest"]],
    [["rename", "oldest", "ne"], ["newer"]],
    [["set", "beef"], ["beef stew"]],
    [["clear", "beef"], ["beef stew"]],
    [["add", "--everywhere", "ol"], ["oldest"]],
  ])("%j", async (line, words) => {
    expect(await complete(...line)).toEqual(words);
  });
});

describe.skipIf(!hasShell("fish"))("fish", () => {
  test.each([
    ["imagetags list --output=y", ["--output=yaml"]],
    ["imagetags show we", ["web 1"]],
    [String.raw`imagetags remove web\ 1 a`, ["a:b"]],
    ["imagetags --endpoint http://127.0.0.1:1 show we", []],
  ])("completes %j with %j", (line, words) => {
    mkdirSync(folder.at(".config", "fish", "completions"), { recursive: true });
    copyFileSync(folder.at("completion.fish"), folder.at(".config", "fish", "completions", "imagetags.fish"));
    const run = spawnSync("fish", ["-c", "complete -C $argv[1]", line], {
      cwd: folder.path,
      env,
      encoding: "utf8",
    });
    expect(run.stderr).toBe("");
    const lines = run.stdout.split("\n").filter((word) => word !== "");
    expect(lines.map((word) => word.split("\t")[0])).toEqual(words);
  });
});

/** How each shell is started, with a file for its start that sets completion up as its users do. */
const INTERACTIVE = [
  {
    shell: "bash",
    start: "bash --noprofile --rcfile ~/rc -i",
    rc: "source ~/completion.bash; PS1='ready '",
    file: "rc",
  },
  {
    shell: "zsh",
    start: "zsh -i",
    rc: "autoload -U compinit; compinit -D -u; source ~/completion.zsh; PS1='ready '",
    file: ".zshrc",
  },
];

describe.skipIf(!hasTerminal).each(INTERACTIVE)("$shell at a terminal", ({ shell, start, rc, file }) => {
  test.skipIf(!hasShell(shell)).each([
    ["imagetags sh\twe\t-c name -o json", `"name": "web 1"`],
    ["imagetags list --tag=ol\t-o js\t-c name", `"name": "web 1"`],
    ["imagetags remove --dry\t'we\t a:\t", "Would remove a:b from web 1"],
    ["imagetags show \\$\t-c name -o json", `"name": "${TRAP}"`],
  ])("%j runs as it is meant", async (keys, shown) => {
    writeFileSync(folder.at(file), rc);
    await using session = shellAtTerminal(`cd ~; ${start}`, { env, columns: 200 });
    await session.shows("ready ");
    session.type(`${keys}\r`);
    await session.shows(shown);
    expect(existsSync(folder.at("trap"))).toBe(false);
    session.type("exit\r");
    await session.ended;
  });
});
