import type { Page } from "playwright-core";
import { expect } from "vitest";
import { signIn } from "./console-server.ts";
import { test } from "./page-test.ts";

/** What only this project's servers have. */
const OWN =
  /\/v2\/(tags|tag-actions|tag-events|tag-rules)\b|\/v2\/images\/[^/]+\/tag-events|\/console\/(settings|session)/;

test("works with a server that has nothing but Glance's API, and says what it lacks", async ({
  server,
  open,
}) => {
  const [id = "", other = ""] = await server.make([
    { name: "plain-1", tags: ["one", "two"] },
    { name: "plain-2", tags: ["two"] },
  ]);
  const page = await open();
  await lacking(page);
  await signIn(page, server, "alice", "#/images?name=plain-");
  await page.getByRole("button", { name: "Remove one from plain-1" }).click();
  await page.getByText("Removed one from plain-1.").waitFor();
  expect(await server.tagsOf(id)).toEqual(["two"]);
  await page.getByRole("button", { name: "Undo", exact: true }).click();
  await page.getByText("Undone: one on plain-1 is as it was.").waitFor();
  expect(await server.tagsOf(id)).toEqual(["one", "two"]);

  await page.getByRole("checkbox", { name: "Select plain-2" }).click();
  await page.getByRole("button", { name: "Move a tag here …" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("combobox").fill("one");
  await dialog.getByRole("combobox").press("Enter");
  await dialog.getByRole("button", { name: "Move it" }).click();
  await dialog.getByText("This server cannot move a tag at once").waitFor();
  await dialog.getByRole("button", { name: "Close" }).click();

  await page.getByRole("checkbox", { name: "Select plain-1" }).click();
  await page.getByRole("button", { name: "Change tags …" }).click();
  await dialog.getByRole("combobox").fill("three");
  await dialog.getByRole("combobox").press("Enter");
  await dialog.getByRole("button", { name: "Show what would change" }).click();
  await dialog.getByText("This server does not tell beforehand what may not be changed.").waitFor();
  await dialog.getByRole("button", { name: "Make these changes" }).click();
  await dialog.getByText("2 of 2 done").waitFor();
  expect(await server.tagsOf(other)).toEqual(["three", "two"]);
  await dialog.getByRole("button", { name: "Undo all of it" }).click();
  await dialog.getByText("2 of 2 undone.").waitFor();
  expect(await server.tagsOf(other)).toEqual(["two"]);
  await dialog.getByRole("button", { name: "Close" }).last().click();

  await page.getByRole("navigation").getByRole("link", { name: "Tags" }).click();
  await page.getByText("This server does not list tags").waitFor();
  await page.getByRole("row", { name: /^two 2/ }).waitFor();
  await page.getByRole("navigation").getByRole("link", { name: "History" }).click();
  await page.getByText("This server does not record what becomes of tags").waitFor();
});

/** Answers what a plain Glance does not have as it does. */
async function lacking(page: Page): Promise<void> {
  await page.route(OWN, (route) =>
    route.fulfill({ status: 404, contentType: "text/html", body: "<html><body>404 Not Found</body></html>" }),
  );
}
