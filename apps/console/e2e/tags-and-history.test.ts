import type { Page } from "playwright-core";
import { expect } from "vitest";
import { signIn } from "./console-server.ts";
import { test } from "./page-test.ts";

test("lists all tags with how many images bear them, marks odd ones, and leads to their images", async ({
  server,
  open,
}) => {
  await server.make([
    { name: "odd-1", tags: ["prod", "Prod", "plain"] },
    { name: "odd-2", tags: ["prod", "prod ", "Ã©"] },
  ]);
  const page = await open();
  await signIn(page, server, "alice", "#/tags");
  const row = (tag: string) =>
    page.getByRole("row").filter({ has: page.getByRole("link", { name: tag, exact: true }) });
  await row("plain").waitFor();
  expect(await cells(row("prod").first())).toEqual([
    "prod",
    "2",
    expect.stringContaining("differs only by case, accents or white space from:"),
  ]);
  expect((await cells(row("Ã©")))[2]).toBe("looks like é, read in the wrong encoding");
  expect(await page.getByText("white space at an end").count()).toBe(1);

  await page.getByLabel("Only odd ones").check();
  await row("plain").waitFor({ state: "detached" });
  await page.getByLabel("Tag contains").fill("PROD");
  await row("Ã©").waitFor({ state: "detached" });
  expect(new URL(page.url()).hash).toBe("#/tags?part=PROD&odd=1");
  await row("Prod").first().getByRole("link", { name: "Prod", exact: true }).first().click();
  await page.getByText("1 image", { exact: true }).waitFor();
  await page.getByRole("row").filter({ hasText: "odd-1" }).waitFor();
});

test("tells what became of a tag and of an image: who, what, and by which request", async ({
  server,
  open,
}) => {
  const [id = ""] = await server.make([{ name: "told" }, { name: "other", tags: ["told-of"] }]);
  const bob = server.clientOf("bob");
  const added = await bob.imageTags.add({ params: { image_id: id, tag: "told-of" } });
  const request = added.headers.get("x-openstack-request-id") ?? "no request";
  await server.clientOf("alice").imageTags.delete({ params: { image_id: id, tag: "told-of" } });
  const page = await open();
  await signIn(page, server, "alice", "#/history?tag=told-of");
  const rows = page.locator("tbody tr");
  await expect.poll(() => rows.count()).toBe(3);
  expect(await cells(rows.nth(1))).toEqual([
    expect.any(String),
    expect.stringMatching(/added\s+told-of/),
    expect.stringContaining("told"),
    "bob as member, reader",
    request,
    "Undo",
  ]);
  await rows
    .nth(0)
    .getByRole("link", { name: new RegExp(id) })
    .click();
  await expect.poll(() => rows.count()).toBe(2);
  await page.getByLabel("User").fill("bob");
  await page.getByLabel("User").press("Enter");
  await expect.poll(() => rows.count()).toBe(1);
  await page.getByRole("button", { name: "Undo: added told-of" }).click();
  await page
    .getByText("told-of on told was changed since by somebody else, so nothing was undone.")
    .waitFor();
});

test("shows a long history a page at a time, the newest first", async ({ server, open }) => {
  const [id = ""] = await server.make([{ name: "long-lived" }]);
  const { imageTags } = server.clientOf("alice");
  for (let time = 0; time < 60; time += 1) {
    await imageTags.add({ params: { image_id: id, tag: `step-${time}` } });
    await imageTags.delete({ params: { image_id: id, tag: `step-${time}` } });
  }
  const page = await open();
  await signIn(page, server, "alice", `#/history?image=${id}`);
  const rows = page.locator("tbody tr");
  await expect.poll(() => rows.count()).toBe(100);
  await rows.first().getByText("step-59").waitFor();
  await page.getByRole("button", { name: "Show more" }).click();
  await expect.poll(() => rows.count()).toBe(120);
  await rows.last().getByText("step-0", { exact: true }).waitFor();
  expect(await page.getByRole("button", { name: "Show more" }).count()).toBe(0);
});

/** What the cells of a row say, without what an empty one would. */
async function cells(row: ReturnType<Page["locator"]>): Promise<readonly string[]> {
  const texts = await row.getByRole("cell").allInnerTexts();
  return texts
    .map((text) => text.replaceAll(/\s+/g, " ").trim())
    .filter((text) => text !== "" && text !== "History");
}
