import type { Page } from "playwright-core";
import { expect } from "vitest";
import { signIn, tokenOf } from "./console-server.ts";
import { test } from "./page-test.ts";

test("is used from signing in to undoing without a mouse", async ({ server, open }) => {
  const [id = ""] = await server.make([{ name: "by-keys", tags: ["first", "second"] }]);
  const page = await open();
  await page.goto(`${server.page}#/images?name=by-keys`);
  await reach(page, "Token");
  await page.keyboard.type(tokenOf("alice"));
  await page.keyboard.press("Enter");
  await page.getByRole("row").filter({ hasText: "by-keys" }).waitFor();

  await reach(page, "first");
  await page.keyboard.press("Delete");
  await page.getByText("Removed first from by-keys.").waitFor();
  expect(await focused(page)).toBe("second");
  expect(await server.tagsOf(id)).toEqual(["second"]);

  await reach(page, "Add a tag to by-keys");
  await page.keyboard.press("Enter");
  await page.keyboard.type("third");
  await page.keyboard.press("Enter");
  await page.getByText("Added third to by-keys.").waitFor();
  await page.keyboard.press("Escape");
  expect(await focused(page)).toBe("Add a tag to by-keys");

  await reach(page, "Undo");
  await page.keyboard.press("Enter");
  await expect.poll(() => server.tagsOf(id)).toEqual(["first", "second", "third"]);
});

test("opens a dialog over the rows, holds the focus there, and gives it back", async ({ server, open }) => {
  await server.make([{ name: "by-keys-many" }]);
  const page = await open();
  await signIn(page, server, "alice", "#/images?name=by-keys-many");
  await page.getByRole("row").filter({ hasText: "by-keys-many" }).waitFor();
  await reach(page, "Select by-keys-many");
  await page.keyboard.press("Space");
  await reach(page, "Change tags …");
  await page.keyboard.press("Enter");
  const dialog = page.getByRole("dialog");
  await dialog.waitFor();
  for (let step = 0; step < 12; step += 1) {
    await page.keyboard.press("Tab");
    const isInside = await page.evaluate(
      () => document.activeElement?.closest("dialog") !== null || document.activeElement === document.body,
    );
    expect(isInside).toBe(true);
  }
  await reach(page, "Tags");
  // The first Escape closes the list of tags to choose from, the second the dialog.
  await dialog.getByRole("listbox").waitFor();
  await page.keyboard.press("Escape");
  await dialog.getByRole("listbox").waitFor({ state: "hidden" });
  await page.keyboard.press("Escape");
  await dialog.waitFor({ state: "detached" });
  expect(await focused(page)).toBe("Change tags …");
});

/** Goes on with the Tab key to what has this name. */
async function reach(page: Page, name: string): Promise<void> {
  for (let step = 0; step < 60; step += 1) {
    if ((await focused(page)) === name) return;
    await page.keyboard.press("Tab");
  }
  throw new Error(`The Tab key does not lead to ${name}.`);
}

/** The name of what has the focus. */
async function focused(page: Page): Promise<string> {
  return await page.evaluate(() => {
    const element = document.activeElement;
    const label = element instanceof HTMLInputElement ? element.labels?.[0]?.firstElementChild : undefined;
    return (element?.getAttribute("aria-label") ?? label?.textContent ?? element?.textContent ?? "").trim();
  });
}
