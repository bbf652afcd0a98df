import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { hasBrowser, startBrowser, watchedPage } from "./testing/browser-page.ts";
import { signIn, startConsole, type ConsoleServer } from "./testing/console-server.ts";

describe.skipIf(!hasBrowser)("the console in a browser", () => {
  let browser: Browser;
  let server: ConsoleServer;
  beforeAll(async () => {
    [browser, server] = await Promise.all([startBrowser(), startConsole()]);
  });
  afterAll(async () => {
    await browser.close();
    await server[Symbol.asyncDispose]();
  });

  it("signs in by a token, shows the images with their tags, and asks no other host", async () => {
    await server.make([{ name: "first", tags: ["a/b", "é"] }, { name: "second" }]);
    const { page, faults, hosts } = await watchedPage(browser);
    await signIn(page, server, "alice");
    const row = page.getByRole("row").filter({ hasText: "first" });
    await row.getByRole("button", { name: "a/b", exact: true }).waitFor();
    expect(await row.getByRole("listitem").allInnerTexts()).toEqual([
      expect.stringContaining("a/b"),
      expect.stringContaining("é"),
      "+",
    ]);
    expect(faults).toEqual([]);
    expect([...hosts]).toEqual([new URL(server.page).host]);
    await page.context().close();
  });

  it("filters by a click on a tag, and the address gives the same view to somebody else", async () => {
    await server.make([
      { name: "filter-1", tags: ["one", "both"] },
      { name: "filter-2", tags: ["two", "both"] },
    ]);
    const { page } = await watchedPage(browser);
    await signIn(page, server, "alice");
    const rowOf = (name: string) => page.getByRole("row").filter({ hasText: name });
    await rowOf("filter-1").getByRole("button", { name: "both", exact: true }).click();
    await page.getByText("2 images").waitFor();
    await rowOf("filter-2").getByRole("button", { name: "two", exact: true }).click();
    await page.getByText("1 image", { exact: true }).waitFor();
    const { hash } = new URL(page.url());

    const other = await watchedPage(browser);
    await signIn(other.page, server, "bob", hash);
    await other.page.getByText("1 image", { exact: true }).waitFor();
    await other.page.getByRole("row").filter({ hasText: "filter-2" }).waitFor();
    await page.context().close();
    await other.page.context().close();
  });

  it("removes a tag at once, undoes it from the message, and the history tells of both", async () => {
    const [id = ""] = await server.make([{ name: "undone", tags: ["kept", "taken"] }]);
    const { page } = await watchedPage(browser);
    await signIn(page, server, "alice", "#/images?name=undone");
    await page.getByRole("button", { name: "Remove taken from undone" }).click();
    await page.getByText("Removed taken from undone.").waitFor();
    expect(await tagsOf(id)).toEqual(["kept"]);
    await page.getByRole("button", { name: "Undo", exact: true }).click();
    await page.getByText("Undone: taken on undone is as it was.").waitFor();
    await page.getByRole("button", { name: "taken", exact: true }).waitFor();
    expect(await tagsOf(id)).toEqual(["kept", "taken"]);

    await page.getByRole("link", { name: "History of undone" }).click();
    const rows = page.getByRole("row").filter({ hasText: "taken" });
    await rows.first().waitFor();
    expect(await rows.count()).toBe(3);
    await page.context().close();
  });

  it("takes a change back on the screen when the server refuses, and says why in the server's words", async () => {
    const [id = ""] = await server.make([{ name: "not-carols", visibility: "shared", tags: ["safe"] }]);
    const { page } = await watchedPage(browser);
    await signIn(page, server, "carol", "#/images?name=not-carols");
    await page.getByRole("button", { name: "Remove safe from not-carols" }).click();
    const reply = await server.clientOf("carol").imageTags.delete({ params: { image_id: id, tag: "safe" } });
    const words = reply.status === 403 ? reply.body.error.message : "no refusal";
    await page.getByText(`safe on not-carols was not changed: ${words}`).waitFor();
    await page.getByRole("button", { name: "safe", exact: true }).waitFor();
    expect(await tagsOf(id)).toEqual(["safe"]);
    await page.context().close();
  });

  it("says that somebody else had removed a tag", async () => {
    const [id = ""] = await server.make([{ name: "two-people", tags: ["wanted"] }]);
    const { page } = await watchedPage(browser);
    await signIn(page, server, "alice", "#/images?name=two-people");
    await page.getByRole("button", { name: "wanted", exact: true }).waitFor();
    await server.clientOf("bob").imageTags.delete({ params: { image_id: id, tag: "wanted" } });
    await page.getByRole("button", { name: "Remove wanted from two-people" }).click();
    await page.getByText("Somebody else had removed wanted from two-people already.").waitFor();
    expect(await page.getByRole("button", { name: "wanted", exact: true }).count()).toBe(0);
    await page.context().close();
  });

  async function tagsOf(id: string): Promise<readonly string[]> {
    const reply = await server.clientOf("alice").imageTags.list({ params: { image_id: id } });
    return reply.status === 200 ? reply.body.tags : [String(reply.status)];
  }
});
