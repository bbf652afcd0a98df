import { fileURLToPath } from "node:url";
import { runToEnd } from "@imagetags/testing/processes/run-to-end";
import { temporaryFolder } from "@imagetags/testing/temporary-folder";
import type { Page } from "playwright-core";
import { expect } from "vitest";
import { signIn, startConsole, tokenOf } from "./console-server.ts";
import { test as plain } from "./page-test.ts";

/** Makes images by the server's own store. */
const SEED = fileURLToPath(new URL("../../server/src/testing/programs/seed-images.ts", import.meta.url));
const IMAGES = Number(process.env["CONSOLE_E2E_IMAGES"] ?? 10_000);
/** How many images bear the tag `few`. */
const FEW = 100;
/** The most rows that are in the document: those in the window, and some around. */
const MOST_ROWS = 60;

/** A test with a server of many images. */
const test = plain
  // oxlint-disable-next-line no-empty-pattern -- Vitest reads from the pattern what a fixture needs
  .extend("long", { scope: "file" }, async ({}, { onCleanup }) => {
    const stack = new AsyncDisposableStack();
    onCleanup(() => stack.disposeAsync());
    const database = stack.use(temporaryFolder("console")).at("images.db");
    await runToEnd(process.execPath, [SEED, database, String(IMAGES), String(FEW)]);
    return stack.use(await startConsole({ IMAGETAGS_DATABASE_URL: `sqlite:${database}` }));
  });

test("shows the first images after one request for them, however many there are", async ({
  long,
  open,
  annotate,
}) => {
  const page = await open();
  const lists: string[] = [];
  page.on("request", (request) => {
    if (request.url().includes("/v2/images")) lists.push(new URL(request.url()).search);
  });
  await page.goto(long.page);
  await page.locator("input[name=token]").fill(tokenOf("ben"));
  const loaded = await page.evaluate(() => performance.now());
  const begin = performance.now();
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.locator(".table-body .row").first().waitFor();
  const shown = performance.now() - begin;
  await annotate(
    `${IMAGES} images: the page is there after ${loaded.toFixed()} ms, the first images ${shown.toFixed()} ms after signing in`,
  );
  expect(lists[0]).toContain("limit=100");
  expect(await page.locator(".table-body .row").count()).toBeLessThan(MOST_ROWS);
});

test("scrolls through all images with few rows in the document, and none of them empty", async ({
  long,
  open,
}) => {
  const page = await open();
  await signIn(page, long, "ben");
  await page.locator(".table-body .row").first().waitFor();
  for (let step = 0; step < 400; step += 1) {
    if (await isAllRead(page)) break;
    await page.evaluate(() => scrollTo(0, document.documentElement.scrollHeight));
    await expectRows(page);
  }
  expect(await page.getByRole("table").getAttribute("aria-rowcount")).toBe(String(IMAGES + 1));
  for (const part of [0.1, 0.35, 0.62, 0.9]) {
    await page.evaluate((to) => scrollTo(0, document.documentElement.scrollHeight * to), part);
    await expectRows(page);
  }
  await page.evaluate(() => scrollTo(0, document.documentElement.scrollHeight));
  const last = page.locator(`.table-body .row[aria-rowindex="${IMAGES + 1}"]`);
  await last.getByText(`image-${"9".repeat(String(IMAGES - 1).length)}`).waitFor();
  await page.mouse.wheel(0, -100_000_000);
  await page.getByText("image-0", { exact: true }).waitFor();
});

test("finds the images of a tag among them, and how many they are, by what the server tells", async ({
  long,
  open,
}) => {
  const page = await open();
  await signIn(page, long, "ben", "#/images?has=few");
  await page.getByText(`${FEW} images`).waitFor();
  await page.getByRole("navigation").getByRole("link", { name: "Tags" }).click();
  await page.getByLabel("Tag contains").fill("few");
  await page.getByRole("row", { name: new RegExp(`^few ${FEW}`) }).waitFor();
});

async function isAllRead(page: Page): Promise<boolean> {
  return (await page.getByRole("table").getAttribute("aria-rowcount")) !== "-1";
}

/** What is in the window are images, and not much more is in the document. */
async function expectRows(page: Page): Promise<void> {
  await expect.poll(() => page.evaluate(rowInTheMiddle)).toMatch(/^image-\d+$/);
  expect(await page.locator(".table-body .row").count()).toBeLessThan(MOST_ROWS);
}

/** The name of the image in the middle of the window. Runs in the page. */
function rowInTheMiddle(): string {
  const row = document.elementFromPoint(innerWidth / 2, innerHeight / 2)?.closest(".row");
  return row?.querySelector(".name")?.textContent ?? "nothing";
}
