import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { AxeResults } from "axe-core";
import type { Page } from "playwright-core";
import { expect } from "vitest";
import { signIn, type ConsoleServer } from "./console-server.ts";
import { test } from "./page-test.ts";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

test.for([
  { colorScheme: "light", width: 1280 },
  { colorScheme: "dark", width: 1280 },
  { colorScheme: "light", width: 320 },
  { colorScheme: "dark", width: 320 },
] as const)(
  "axe finds nothing in any view, $colorScheme and $width px wide",
  async (look, { server, open }) => {
    const { colorScheme, width } = look;
    const page = await open({ colorScheme, viewport: { width, height: 800 }, reducedMotion: "reduce" });
    await page.goto(server.page);
    await page.getByLabel("Token").waitFor();
    await check(page, "signing in");

    await makeOdd(server, `${colorScheme}-${width}`);
    await signIn(page, server, "alice", `#/images?name=${colorScheme}-${width}`);
    await page.locator(".table-body .row").first().waitFor();
    await check(page, "images");
    await page.locator(".chip-remove").first().click();
    await page.locator(".notice").waitFor();
    await page.locator(".add-tag").first().click();
    await page.keyboard.type("p");
    await page.locator(".suggestions").getByRole("option").first().waitFor();
    await check(page, "images with a message and a list to choose from");

    await page.keyboard.press("Escape");
    await page.keyboard.press("Escape");
    await page
      .getByRole("checkbox", { name: /^Select / })
      .last()
      .click();
    await page.getByRole("button", { name: "Change tags …" }).click();
    await page.getByRole("combobox", { name: "Tags" }).fill("checked");
    await page.keyboard.press("Enter");
    await check(page, "what is to change");
    await page.getByRole("button", { name: "Show what would change" }).click();
    await page.getByRole("button", { name: "Make these changes" }).waitFor();
    await check(page, "a plan");
    await page.getByRole("button", { name: "Make these changes" }).click();
    await page.getByRole("button", { name: "Undo all of it" }).waitFor();
    await check(page, "what was done");
    await page.getByRole("dialog").getByRole("button", { name: "Close" }).last().click();

    const views = page.getByRole("navigation");
    await views.getByRole("link", { name: "Tags" }).click();
    await page.locator(".odd").first().waitFor();
    await check(page, "tags");
    await views.getByRole("link", { name: "History" }).click();
    await page.locator("table.list tbody tr").first().waitFor();
    await check(page, "history");
  },
);

/** Images with what a view can have of odd tags. */
async function makeOdd(server: ConsoleServer, name: string): Promise<void> {
  await server.make([
    { name: `${name}-a`, tags: ["prod", "Prod", "prod ", "Ã©", "cafe\u0301"], visibility: "private" },
    { name: "", tags: [`of-${name}`] },
    { name: `${name}-b`, tags: ["production"] },
  ]);
}

async function check(page: Page, view: string): Promise<void> {
  const { violations } = await page.evaluate<AxeResults>(
    `${AXE}\naxe.run(document, { resultTypes: ["violations"] })`,
  );
  const found = violations.flatMap(({ id, help, nodes }) =>
    nodes.map(({ html, failureSummary }) => `${id}: ${help}\n${html}\n${failureSummary ?? ""}`),
  );
  expect({ view, found }).toEqual({ view, found: [] });
}
