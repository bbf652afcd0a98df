import { once } from "node:events";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { endOf, runCli, startCli } from "./testing/cli-process.ts";
import { startImageServer, type ImageServer } from "./testing/image-server.ts";
import { startProxy, withoutPlans, type Intervention, type Proxy } from "./testing/proxy.ts";

const HINT = /^To undo it: imagetags (undo .*)\n/m;

let server: ImageServer;
let loop: Proxy;
beforeAll(async () => {
  server = await startImageServer();
  loop = await startProxy(server.url, withoutPlans());
});
afterAll(async () => {
  await loop[Symbol.asyncDispose]();
  await server[Symbol.asyncDispose]();
});

const run = (...args: string[]) => runCli(args, { env: server.env });
const at = ({ url }: Proxy, ...args: string[]) =>
  runCli(args, { env: { ...server.env, IMAGETAGS_ENDPOINT: url } });

test.each([
  ["remove", (tag: string) => ["remove", "--everywhere", `${tag}-a`, `${tag}-b`, "--not-tag", "kept"]],
  [
    "add",
    (tag: string) => ["add", "--everywhere", "new-1", "a/b", "--tag", `${tag}-a`, "--name", "odd: name"],
  ],
  ["rename", (tag: string) => ["rename", `${tag}-a`, "new-2", "--property", "os_distro=x", "--hidden"]],
])("%s says the same of a server that plans it and of one that does not", async (name, argsOf) => {
  const told = async (way: string, ask: (...args: string[]) => ReturnType<typeof run>) => {
    const tag = `same-${name}-${way}`;
    const tags = [`${tag}-a`, `${tag}-b`];
    const ids = [
      await server.create({ name: "odd: name", tags }),
      await server.create({ name: "other", tags, os_distro: "x", os_hidden: true }),
      await server.create({ name: "third", tags: [...tags, "kept"], os_distro: "X" }),
    ];
    const plain = (text: string) =>
      ids
        .reduce((said, id, index) => said.replaceAll(id, `id-${index}`), text)
        .replaceAll(way, "")
        .replace(HINT, "")
        .replace(/http:\S+/, "");
    const said = [];
    for (const more of [["--dry-run"], ["--dry-run", "-o", "csv"], ["-v"]]) {
      const { code, stdout, stderr } = await ask(...argsOf(tag), ...more);
      const lines = plain(stdout).split("\n");
      // What is done first differs.
      said.push(code, more.includes("-v") ? lines.toSorted() : lines, plain(stderr));
    }
    for (const id of ids) said.push(plain((await server.tagsOf(id)).join(" ")));
    return said;
  };
  const planned = await told("plan", run);
  expect(planned).toEqual(await told("loop", (...args) => at(loop, ...args)));
  expect(planned.filter((code) => typeof code === "number")).toEqual([0, 0, 0]);
});

test("a change of more than a thousand images is two transactions under one id, and ends with the command that takes all of it back", async () => {
  await server.createMany(1001, (index) => ({ name: `t-${index}`, tags: ["t-old"] }));
  await using proxy = await startProxy(server.url, () => false);
  const { code, stdout, stderr } = await at(proxy, "rename", "t-old", "t-new", "--yes");
  expect({ code, stdout }).toEqual({ code: 0, stdout: "Renamed t-old to t-new on 1,001 images.\n" });
  const [, hint = ""] = HINT.exec(stderr) ?? [];
  expect(hint).toMatch(/^undo --request req-[0-9a-f]{32}$/);
  const changes = proxy.requests.filter((request) => /^(PUT|DELETE|POST) /.test(request));
  // Visible images in two parts and hidden ones, of which there are none, are planned; the two parts are done.
  expect(changes).toEqual(Array(5).fill("POST /v2/tag-actions"));
  const [, , id = ""] = hint.split(" ");
  const events = await run("history", "--request", id, "-o", "csv", "-c", "action", "-c", "tag");
  expect(events.stdout.split("\r\n").filter((line) => line === "removed,t-old")).toHaveLength(1001);
  expect(events.stdout.split("\r\n").filter((line) => line === "added,t-new")).toHaveLength(1001);
  expect((await run(...hint.split(" "), "--dry-run")).stderr).toBe(
    "2,002 changes to make. Nothing was undone.\n",
  );
  expect(await run(...hint.split(" "), "--yes", "--concurrency", "32")).toEqual({
    code: 0,
    stdout: "Undid 2,002 changes.\n",
    stderr: "",
  });
  expect(await Promise.all([server.bearing("t-old"), server.bearing("t-new")])).toEqual([1001, 0]);
});

describe("where the images were changed since they were found", () => {
  /** Does something before the change that was planned is made. */
  const before = (act: () => Promise<unknown>) => {
    let isDone = false;
    const intervene: Intervention = async ({ url, headers }) => {
      if (url !== "/v2/tag-actions" || headers["if-match"] === undefined || isDone) return false;
      isDone = true;
      await act();
      return false;
    };
    return startProxy(server.url, intervene);
  };
  const CHANGED =
    "Images or their tags were changed meanwhile: only what was found before is done. Run it again for what came since.\n";

  test("what was found is done, what came since is left, and both are said", async () => {
    const found = await server.create({ name: "c-1", tags: ["c-old"] });
    let later = "";
    await using proxy = await before(async () => {
      later = await server.create({ name: "c-2", tags: ["c-old"] });
    });
    const { code, stdout, stderr } = await at(proxy, "remove", "--everywhere", "c-old");
    expect({ code, stdout }).toEqual({ code: 0, stdout: "Removed c-old from 1 image.\n" });
    expect(stderr).toBe(`${CHANGED}${HINT.exec(stderr)?.[0]}`);
    expect([await server.tagsOf(found), await server.tagsOf(later)]).toEqual([[], ["c-old"]]);
    expect((await run("remove", "--everywhere", "c-old")).stdout).toBe("Removed c-old from 1 image.\n");
  });

  test.each([
    ["remove", (tag: string) => ["remove", "--everywhere", tag], "Removed c-1 from 1 image."],
    ["rename", (tag: string) => ["rename", tag, "c-9"], "Renamed c-1 to c-9 on 1 image."],
  ])("%s counts an image apart that is not what it was", async (name, argsOf, summary) => {
    const tag = `c-${name}`;
    const [gone, kept] = [
      await server.create({ name: "c-3", tags: [tag] }),
      await server.create({ name: "c-4", tags: [tag] }),
    ];
    await using proxy = await before(() => run("remove", gone ?? "", tag));
    const { code, stdout, stderr } = await at(proxy, ...argsOf(tag), "-v");
    expect(code).toBe(0);
    expect(stdout).toContain(`c-3 (${gone}) was changed since, and is left as it is.\n`);
    expect(stdout).toContain(`${summary.replace("c-1", tag)} 1 changed since.\n`);
    expect(stderr).toContain(CHANGED);
    expect(await server.tagsOf(gone ?? "")).toEqual([]);
    expect(await server.tagsOf(kept ?? "")).toEqual(name === "remove" ? [] : ["c-9"]);
  });
});

test("a dry run and the change itself say of each image what is refused and why", async () => {
  const full = await server.create({
    name: "q-1",
    tags: ["q", ...Array.from({ length: 127 }, (_, index) => `q-${index}`)],
  });
  const free = await server.create({ name: "q-2", tags: ["q"] });
  const args = ["add", "--everywhere", "one-more", "--tag", "q"];
  const dry = await run(...args, "--dry-run", "-o", "json");
  expect(dry.code).toBe(1);
  expect(dry.stderr).toBe("2 additions to make, of which 1 would be refused. Nothing was added.\n");
  const why = expect.stringMatching(/128/);
  expect(JSON.parse(dry.stdout)).toMatchObject([
    { image_id: free, result: "would be added", error: null },
    { image_id: full, result: "would be refused", error: why },
  ]);
  const done = await run(...args);
  expect({ code: done.code, stdout: done.stdout }).toEqual({
    code: 1,
    stdout: "Added one-more to 1 image. 1 failed.\n",
  });
  expect(done.stderr).toMatch(new RegExp(`^imagetags: q-1 \\(${full}\\), tag one-more: .*128`));
  expect(await server.tagsOf(free)).toEqual(["one-more", "q"]);
});

test("Ctrl-C finishes the thousand that are under way, says what was done and how it is undone", async () => {
  await server.createMany(1001, (index) => ({ name: `s-${index}`, tags: ["s-old"] }));
  const held = Promise.withResolvers<void>();
  await using proxy = await startProxy(server.url, async ({ headers }) => {
    if (headers["if-match"] === undefined) return false;
    child.kill("SIGINT");
    await once(child.stderr ?? child, "data");
    held.resolve();
    return false;
  });
  const env = { ...server.env, IMAGETAGS_ENDPOINT: proxy.url };
  const child = startCli(["remove", "--everywhere", "s-old", "--yes"], { env });
  const { code, stderr } = await endOf(child);
  await held.promise;
  expect(code).toBe(130);
  expect(stderr).toMatch(HINT);
  expect(stderr).toContain("Stopped: 1,000 of 1,001 done. Run it again to go on.\n");
  expect(await server.bearing("s-old")).toBe(1);
});

test("a tag that no image may bear is told at once, and nothing is changed", async () => {
  const id = await server.create({ name: "b-1", tags: ["b-old"] });
  const { code, stdout, stderr } = await run("rename", "b-old", "x\u0007y");
  expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
  expect(stderr).toMatch(/^imagetags: .*control/);
  expect(await server.tagsOf(id)).toEqual(["b-old"]);
});
