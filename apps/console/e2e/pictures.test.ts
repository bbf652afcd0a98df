import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { BrowserContextOptions, Page } from "playwright-core";
import { expect } from "vitest";
import { signIn, type ConsoleServer } from "./console-server.ts";
import { test as plain } from "./page-test.ts";

const FOLDER = fileURLToPath(new URL("../../../docs/images/", import.meta.url));
/** Whether the pictures are written anew. */
const isWriting = process.env["CONSOLE_E2E_PICTURES"] === "write";
const MOST_BYTES = 80_000;

const WIDE = { viewport: { width: 1040, height: 440 } };
const NARROW = { viewport: { width: 390, height: 640 } };

/** What README.md and docs/console.md show, each with the steps that lead to it. */
const PICTURES: readonly {
  readonly name: string;
  readonly look: BrowserContextOptions;
  readonly fragment: string;
  readonly show: (page: Page) => Promise<void>;
  /** What of the page is in the picture; all of it when absent. */
  readonly part?: string;
}[] = [
  {
    name: "console-images",
    look: { ...WIDE, colorScheme: "light" },
    fragment: "#/images?not=retired&not=amphora&not=licensed",
    async show(page) {
      await page.getByRole("button", { name: "Remove tested from debian-13" }).click();
      await page.getByText("Removed tested from debian-13.").waitFor();
    },
  },
  {
    name: "console-plan",
    look: { ...WIDE, colorScheme: "dark" },
    fragment: "#/images?visibility=all",
    async show(page) {
      await page.getByRole("checkbox", { name: "Select all that fit" }).click();
      await page.getByRole("button", { name: "Change tags …" }).click();
      await page.getByRole("combobox", { name: "Tags" }).fill("release-2026");
      await page.getByRole("combobox", { name: "Tags" }).press("Enter");
      await page.getByRole("button", { name: "Show what would change" }).click();
      await page.getByRole("button", { name: "Make these changes" }).waitFor();
    },
    part: "dialog",
  },
  {
    name: "console-tags",
    look: { ...WIDE, colorScheme: "light" },
    fragment: "#/tags",
    show: (page) =>
      page
        .getByRole("row", { name: /production/ })
        .first()
        .waitFor(),
  },
  {
    name: "console-narrow",
    look: { ...NARROW, colorScheme: "dark" },
    fragment: "#/images?has=production",
    show: (page) => page.getByText("debian-12").waitFor(),
  },
];

const test = plain.extend("filled", { scope: "file" }, async ({ server }) => {
  await fill(server);
  return server;
});

test.for(PICTURES)("$name is made", async ({ name, look, fragment, show, part }, { filled, open }) => {
  const page = await open({ ...look, reducedMotion: "reduce", timezoneId: "UTC" });
  await page.route("**/v2/images?*", async (route) => {
    const reply = await route.fetch();
    const body = (await reply.text()).replaceAll(
      /"updated_at":"[^"]*"/g,
      '"updated_at":"2026-11-28T09:30:00Z"',
    );
    await route.fulfill({ response: reply, body });
  });
  await signIn(page, filled, "alice", fragment);
  await show(page);
  await page.mouse.move(0, 0);
  const picture = await (part === undefined ? page : page.locator(part)).screenshot();
  const path = `${FOLDER}${name}.png`;
  if (isWriting) {
    mkdirSync(FOLDER, { recursive: true });
    writeFileSync(path, picture);
  }
  const kept = readFileSync(path);
  expect(kept.length).toBeLessThan(MOST_BYTES);
  // Fonts differ from machine to machine, and with them how high a dialog is.
  expect(widthOf(kept)).toBe(widthOf(picture));
});

/** Makes what the pictures show. */
async function fill(server: ConsoleServer): Promise<void> {
  await server.make([
    { name: "debian-12", tags: ["production", "lts", "Größe: M"], visibility: "community" },
    { name: "debian-13", tags: ["production", "tested", "release-2026"] },
    { name: "alpine-3.22", tags: ["Production", "été"] },
    { name: "ubuntu-24.04", tags: ["production ", "lts", "GrÃ¶ÃŸe: M"] },
    { name: "windows-2025", tags: ["production", "licensed"], visibility: "private" },
    { name: "rocky-9", tags: ["retired"] },
    { name: "amphora-haproxy", tags: ["amphora"] },
  ]);
  await server.make([{ name: "cirros of project red", tags: ["demo"], visibility: "community" }], "eve");
}

/** The width of a PNG in pixels. Source: W3C, Portable Network Graphics, "IHDR". */
function widthOf(png: Buffer): number {
  return png.readUInt32BE(16);
}
