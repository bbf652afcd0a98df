import type { Page } from "playwright-core";
import { expect } from "vitest";
import { signIn } from "./console-server.ts";
import { test } from "./page-test.ts";

test("moves a tag to an image from the one that bears it, and back", async ({ server, open }) => {
  const [old = "", next = ""] = await server.make([
    { name: "move-1", tags: ["current"] },
    { name: "move-2" },
  ]);
  const page = await open();
  await signIn(page, server, "alice", "#/images?name=move-");
  const dialog = await plan(page, "move-2", "current");
  await dialog.getByRole("listitem").filter({ hasText: "move-1" }).waitFor();
  await dialog.getByRole("button", { name: "Move it" }).click();
  await page.getByText("Moved current to move-2.").waitFor();
  expect([await server.tagsOf(old), await server.tagsOf(next)]).toEqual([[], ["current"]]);
  await page.getByRole("button", { name: "Remove current from move-2" }).waitFor();
  await page.getByRole("button", { name: "Undo", exact: true }).click();
  await page.getByRole("button", { name: "Remove current from move-1" }).waitFor();
  expect([await server.tagsOf(old), await server.tagsOf(next)]).toEqual([["current"], []]);
});

test("says that no other image bears a tag, and does not move what somebody else moved meanwhile", async ({
  server,
  open,
}) => {
  const [first = "", , third = ""] = await server.make([
    { name: "race-1", tags: ["single"] },
    { name: "race-2" },
    { name: "race-3" },
  ]);
  const page = await open();
  await signIn(page, server, "alice", "#/images?name=race-");
  const dialog = await plan(page, "race-2", "nobody-bears-it");
  await dialog.getByText("No other image of this project bears nobody-bears-it.").waitFor();
  await dialog.getByRole("button", { name: "Back" }).click();
  await dialog.getByRole("combobox").fill("single");
  await dialog.getByRole("combobox").press("Enter");
  await dialog.getByRole("listitem").filter({ hasText: "race-1" }).waitFor();
  await server
    .clientOf("bob")
    .cloudTags.move({ params: { tag: "single" }, body: { from: first, to: third } });
  await dialog.getByRole("button", { name: "Move it" }).click();
  await dialog.getByText("The server refused:").waitFor();
  expect(await server.tagsOf(third)).toEqual(["single"]);
});

/** Selects an image and has it planned which others lose the tag. */
async function plan(page: Page, image: string, tag: string) {
  await page.getByRole("checkbox", { name: `Select ${image}` }).click();
  await page.getByRole("button", { name: "Move a tag here …" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("combobox", { name: "Tag to move" }).fill(tag);
  await dialog.getByRole("combobox", { name: "Tag to move" }).press("Enter");
  return dialog;
}
