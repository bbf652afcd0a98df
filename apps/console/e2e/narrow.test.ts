import { expect } from "vitest";
import { signIn } from "./console-server.ts";
import { test } from "./page-test.ts";

test("fits 320 px in every view and dialog, in the language with the longer words", async ({
  server,
  open,
}) => {
  await server.make([
    { name: "narrow-1", tags: ["prod", "Prod", "prod ", "Ã©", "x".repeat(255)] },
    { name: "n".repeat(255), tags: ["prod"] },
  ]);
  const page = await open({ viewport: { width: 320, height: 640 }, locale: "de" });
  const fits = async (view: string) => {
    const width = await page.evaluate(() => document.documentElement.scrollWidth);
    expect({ view, isWider: width > 320 }).toEqual({ view, isWider: false });
  };
  await page.goto(server.page);
  await fits("signing in");
  await signIn(page, server, "alice");
  await page.locator(".table-body .row").first().waitFor();
  await fits("images");
  await page.locator(".table-body input[type=checkbox]").first().click();
  await page.getByRole("button", { name: "Tags ändern …" }).click();
  await page.getByRole("combobox", { name: "Tags" }).fill("y".repeat(255));
  await page.getByRole("combobox", { name: "Tags" }).press("Enter");
  await fits("what is to change");
  await page.getByRole("button", { name: "Zeigen, was sich ändern würde" }).click();
  await page.getByRole("button", { name: "So ändern" }).click();
  await page.getByText("1 von 1 erledigt").waitFor();
  await fits("what was done");
  await page.getByRole("dialog").getByRole("button", { name: "Schließen" }).last().click();
  const views = page.getByRole("navigation");
  await views.getByRole("link", { name: "Tags" }).click();
  await page.locator(".odd").first().waitFor();
  await fits("tags");
  // What stands in a cell stands beside the name of its column, not under it.
  const starts = await page
    .locator("tbody tr:has(.odd) td:nth-child(3) > *")
    .evaluateAll((parts) => parts.map((part) => Math.round(part.getBoundingClientRect().left)));
  expect(new Set(starts).size).toBe(1);
  await views.getByRole("link", { name: "Verlauf" }).click();
  await page.locator("tbody tr").first().waitFor();
  await fits("history");
});
