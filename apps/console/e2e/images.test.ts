import type { Page } from "playwright-core";
import { expect } from "vitest";
import { signIn } from "./console-server.ts";
import { test } from "./page-test.ts";

test("signs in by a token, and says why one is refused", async ({ server, open }) => {
  await server.make([{ name: "first", tags: ["a/b", "é"] }]);
  const page = await open();
  await page.goto(server.page);
  await page.getByLabel("Token").fill("no-token-of-this-server");
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.getByText("The server refused: The token is missing or unknown, or it has ended.").waitFor();
  await signIn(page, server, "alice");
  await page.getByText("alice", { exact: true }).waitFor();
  const row = page.getByRole("row").filter({ hasText: "first" });
  await row.getByRole("button", { name: "a/b", exact: true }).waitFor();
  expect(await row.getByRole("listitem").allInnerTexts()).toEqual([
    expect.stringContaining("a/b"),
    expect.stringContaining("é"),
    "+",
  ]);
  await page.getByRole("button", { name: "Sign out" }).click();
  await page.getByLabel("Token").waitFor();
  expect(await page.getByText("a/b").count()).toBe(0);
});

test("keeps the token in its memory alone", async ({ server, open }) => {
  const page = await open();
  await signIn(page, server, "alice");
  const kept = await page.evaluate(() => [
    JSON.stringify(localStorage),
    JSON.stringify(sessionStorage),
    document.cookie,
    location.href.includes("token"),
  ]);
  expect(kept).toEqual(["{}", "{}", "", false]);
  expect(await page.context().cookies()).toEqual([]);
  await page.reload();
  await page.getByLabel("Token").waitFor();
});

test("filters by a click on a tag, and the address gives the same view to somebody else", async ({
  server,
  open,
}) => {
  await server.make([
    { name: "filter-1", tags: ["one", "both"] },
    { name: "filter-2", tags: ["two", "both"] },
  ]);
  const page = await open();
  await signIn(page, server, "alice");
  await rowOf(page, "filter-1").getByRole("button", { name: "both", exact: true }).click();
  await page.getByText("2 images").waitFor();
  await rowOf(page, "filter-2").getByRole("button", { name: "two", exact: true }).click();
  await page.getByText("1 image", { exact: true }).waitFor();
  const { hash } = new URL(page.url());

  const other = await open();
  await signIn(other, server, "bob", hash);
  await other.getByText("1 image", { exact: true }).waitFor();
  await rowOf(other, "filter-2").waitFor();
  await page.goBack();
  await page.getByText("2 images").waitFor();
});

test("filters by what an image has, has any of, has not, and by name, owner and visibility", async ({
  server,
  open,
}) => {
  await server.make([
    { name: "Wide-A", tags: ["w1", "w2"] },
    { name: "Wide-B", tags: ["w1"], visibility: "private" },
    { name: "wide-C", tags: ["w3"], visibility: "community" },
  ]);
  const page = await open();
  await signIn(page, server, "alice", "#/images?name=wide");
  await shows(page, ["Wide-A", "Wide-B", "wide-C"]);
  const filterBy = async (how: string, tag: string) => {
    await page.getByLabel("How the tag counts").selectOption({ label: how });
    const field = page.getByRole("combobox", { name: `Tag: ${how}` });
    await field.fill(tag);
    await field.press("Enter");
  };
  await filterBy("any of", "w2");
  await filterBy("any of", "w3");
  await shows(page, ["Wide-A", "wide-C"]);
  await filterBy("has not", "w1");
  await shows(page, ["wide-C"]);
  await page.getByRole("button", { name: "No longer filter by has not w1" }).click();
  await page.getByLabel("Visibility").selectOption("community");
  await shows(page, ["wide-C"]);
  await page.getByRole("button", { name: "Clear filters" }).click();
  await page.getByLabel("Name contains").fill("wide");
  await page.getByLabel("Visibility").selectOption("private");
  await shows(page, ["Wide-B"]);
  await page.getByLabel("Visibility").selectOption("");
  await page.getByLabel("Owner").fill("red");
  await page.getByLabel("Owner").press("Enter");
  await page.getByText("No image fits.").waitFor();
});

test("sorts by name, either way, and by when an image was changed", async ({ server, open }) => {
  for (const name of ["sort-b", "sort-a", "sort-c"]) await server.make([{ name }]);
  const page = await open();
  await signIn(page, server, "alice", "#/images?name=sort-");
  await shows(page, ["sort-a", "sort-b", "sort-c"]);
  const header = (name: string) => page.getByRole("columnheader", { name });
  await header("Name").getByRole("button").click();
  await shows(page, ["sort-c", "sort-b", "sort-a"]);
  expect(await header("Name").getAttribute("aria-sort")).toBe("descending");
  await header("Changed").getByRole("button").click();
  await shows(page, ["sort-b", "sort-a", "sort-c"]);
});

function rowOf(page: Page, name: string) {
  return page.getByRole("row").filter({ hasText: name });
}

async function shows(page: Page, names: readonly string[]): Promise<void> {
  await expect.poll(() => page.locator(".table-body .name").allInnerTexts()).toEqual(names);
}
