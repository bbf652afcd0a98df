import { execFile } from "node:child_process";
import { randomBytes } from "node:crypto";
import { chmodSync, existsSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { createClient, listTags } from "@imagetags/client";
import { startProgram } from "@imagetags/testing/processes/program";
import { startServer } from "@imagetags/testing/server/start-server";
import { temporaryFolder, type TemporaryFolder } from "@imagetags/testing/temporary-folder";
import { chromium } from "playwright-core";
import { Webhook } from "standardwebhooks";
import { build, preview } from "vite";
import { afterAll, beforeAll, expect, it, vi } from "vitest";

const run = promisify(execFile);
const EXAMPLES = fileURLToPath(new URL("../../examples", import.meta.url));
const COMMAND = fileURLToPath(new URL("../../apps/cli/dist/main.js", import.meta.url));
const CHROMIUM = "/usr/bin/chromium";
const TOKEN = "examples-are-run-with-this-token";

let server: Awaited<ReturnType<typeof startServer>>;
let folder: TemporaryFolder;
let env: NodeJS.ProcessEnv;

beforeAll(async () => {
  folder = temporaryFolder("examples");
  const command = folder.at("imagetags");
  writeFileSync(command, `#!/bin/sh\nexec "${process.execPath}" "${COMMAND}" "$@"\n`);
  chmodSync(command, 0o755);
  server = await startServer({
    tokens: [{ token: TOKEN, user_id: "examples", project_id: "examples", roles: ["member"] }],
  });
  env = {
    ...process.env,
    PATH: `${folder.path}${delimiter}${process.env["PATH"] ?? ""}`,
    IMAGETAGS_ENDPOINT: server.url,
    IMAGETAGS_TOKEN: TOKEN,
  };
});

afterAll(async () => {
  await server[Symbol.asyncDispose]();
  folder[Symbol.dispose]();
});

it("the program for Node.js takes the tag off what is old enough, and leaves the rest", async () => {
  const image = await makeImage("build-1", ["nightly", "other"]);
  const program = join(EXAMPLES, "node/retire-builds.ts");
  const kept = await run(process.execPath, [program, "nightly", "1"], { env });
  expect(kept.stdout).toBe("");
  const { stdout } = await run(process.execPath, [program, "nightly", "0"], { env });
  expect(stdout).toBe("build-1: retired\n");
  expect(await tagsOf(image)).toEqual(["other"]);
});

it("the program for Node.js says how it is used", async () => {
  const program = join(EXAMPLES, "node/retire-builds.ts");
  await expect(run(process.execPath, [program], { env })).rejects.toMatchObject({
    code: 2,
    stderr: expect.stringContaining("Usage"),
  });
});

it("the step of a build job leaves the tag on the new image and on no other", async () => {
  const [older, old, fresh] = [
    await makeImage("release-1", ["production", "keep"]),
    await makeImage("release-2", ["production"]),
    await makeImage("release-3", []),
  ];
  await run("bash", [join(EXAMPLES, "ci/move-tag.sh"), "production", "release-3"], { env });
  expect(await Promise.all([older, old, fresh].map(tagsOf))).toEqual([["keep"], [], ["production"]]);
});

it("the receiver of webhooks takes what the server signed, once, and nothing else", async () => {
  const secret = `whsec_${randomBytes(32).toString("base64")}`;
  await using receiver = await startProgram(
    {
      name: "The receiver",
      command: process.execPath,
      args: [join(EXAMPLES, "webhooks/receive.ts"), "0"],
      folder: folder.path,
      env: { WEBHOOK_SECRET: secret },
    },
    (started) => started.stderr().includes("Listening"),
  );
  const port = /port (\d+)/.exec(receiver.stderr())?.[1] ?? "";
  const url = `http://127.0.0.1:${port}/hooks`;
  const file = folder.at("webhooks.yaml");
  writeFileSync(file, `webhooks: [{ name: example, url: "${url}", secret: "${secret}" }]`);
  await using sender = await startServer({
    settings: { IMAGETAGS_WEBHOOKS_FILE: file, IMAGETAGS_WEBHOOKS_ALLOW: "127.0.0.1" },
    tokens: [{ token: TOKEN, user_id: "examples", project_id: "examples", roles: ["member"] }],
  });
  const made = await createClient({ endpoint: sender.url, token: TOKEN }).images.create({
    body: { tags: ["new"] },
  });
  if (made.status !== 201) throw new Error(made.body.error.message);
  const line = new RegExp(`^\\S+Z new added to ${made.body.id} by examples\n$`);
  await vi.waitFor(() => expect(receiver.stdout()).toMatch(line), { timeout: 20_000, interval: 20 });

  const body = JSON.stringify({ data: { tag: "again", action: "removed" } });
  const now = new Date();
  const headers = {
    "webhook-id": "of-its-own",
    "webhook-timestamp": String(Math.floor(now.getTime() / 1_000)),
    "webhook-signature": new Webhook(secret).sign("of-its-own", now, body),
  };
  const send = (more: Record<string, string> = {}) =>
    fetch(url, { method: "POST", body, headers: { ...headers, ...more } }).then(({ status }) => status);
  expect(await send({ "webhook-id": "another" })).toBe(401);
  expect([await send(), await send()]).toEqual([204, 204]);
  expect(receiver.stdout().match(/again removed/g)).toHaveLength(1);
});

it.skipIf(!existsSync(CHROMIUM) && process.env["CI"] !== "true")(
  "the page shows an image's tags and removes one at a click (needs chromium)",
  async () => {
    const image = await makeImage("shown", ["é", "a/b"]);
    const root = join(EXAMPLES, "page");
    const outDir = folder.at("page");
    process.env["IMAGETAGS_ENDPOINT"] = server.url;
    await build({ root, logLevel: "error", build: { outDir } });
    const site = await preview({
      root,
      logLevel: "error",
      build: { outDir },
      preview: { port: 0, host: "127.0.0.1" },
    });
    delete process.env["IMAGETAGS_ENDPOINT"];
    const browser = await chromium.launch({ executablePath: CHROMIUM, args: ["--no-sandbox"] });
    try {
      const page = await browser.newPage();
      await page.goto(site.resolvedUrls?.local[0] ?? "");
      await page.getByLabel("Token").fill(TOKEN);
      await page.getByLabel("Image").fill("shown");
      await page.getByRole("button", { name: "Show its tags" }).click();
      await page.getByRole("button", { name: "Remove a/b" }).click();
      await page.getByText("Removed a/b.").waitFor();
      expect(await page.getByRole("listitem").allInnerTexts()).toEqual(["Remove é"]);
      expect(await tagsOf(image)).toEqual(["é"]);
      await page.getByLabel("Image").fill("nowhere");
      await page.getByRole("button", { name: "Show its tags" }).click();
      await page.getByText(/nowhere/).waitFor();
    } finally {
      await browser.close();
      await site.close();
    }
  },
);

function client() {
  return createClient({ endpoint: server.url, token: TOKEN });
}

async function makeImage(name: string, tags: string[]): Promise<string> {
  const made = await client().images.create({ body: { name, tags } });
  if (made.status !== 201) throw new Error(made.body.error.message);
  return made.body.id;
}

function tagsOf(imageId: string): Promise<readonly string[]> {
  return listTags(client(), imageId);
}
