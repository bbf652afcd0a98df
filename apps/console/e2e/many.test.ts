import type { Page } from "playwright-core";
import { expect } from "vitest";
import { signIn, type ConsoleServer } from "./console-server.ts";
import { test } from "./page-test.ts";

test("plans what a change would do, what may not be changed and why, then does it and takes it back", async ({
  server,
  open,
}) => {
  const [one = "", two = ""] = await server.make([
    { name: "plan-1", tags: ["old"], visibility: "community" },
    { name: "plan-2", tags: ["old", "new"] },
  ]);
  const [eves = ""] = await server.make(
    [{ name: "plan-of-eve", tags: ["old"], visibility: "community" }],
    "eve",
  );
  const refused = await server.clientOf("alice").imageTags.add({ params: { image_id: eves, tag: "new" } });
  const words = refused.status === 403 ? refused.body.error.message : "no refusal";
  const page = await open();
  await signIn(page, server, "alice", "#/images?name=plan-&visibility=all");
  await page.getByText("3 images").waitFor();
  await page.getByRole("checkbox", { name: "Select all that fit" }).click();
  await page.getByText("All images that fit are selected").waitFor();
  const dialog = await change(page, "Add tags", "new");
  await dialog.getByText("1 addition to make").waitFor();
  // Who goes back finds what was chosen.
  await dialog.getByRole("button", { name: "Back" }).click();
  await dialog.getByRole("listitem").filter({ hasText: "new" }).waitFor();
  await dialog.getByRole("button", { name: "Show what would change" }).click();
  await dialog.getByText("1 image needs no change").waitFor();
  await dialog.getByText("1 image may not be changed:").waitFor();
  const refusal = dialog.getByRole("listitem").filter({ hasText: "plan-of-eve" });
  expect(await refusal.innerText()).toContain(words);
  expect(await server.tagsOf(one)).toEqual(["old"]);

  await dialog.getByRole("button", { name: "Make these changes" }).click();
  await dialog.getByText("1 of 1 done").waitFor();
  expect(await server.tagsOf(one)).toEqual(["new", "old"]);
  await dialog.getByRole("button", { name: "Undo all of it" }).click();
  await dialog.getByText("1 of 1 undone.").waitFor();
  expect([await server.tagsOf(one), await server.tagsOf(two)]).toEqual([["old"], ["new", "old"]]);
});

test("changes the images that are selected, and says what somebody else came first with", async ({
  server,
  open,
}) => {
  const ids = await server.make(
    ["a", "b", "c"].map((name) => ({ name: `some-${name}`, tags: ["gone", "kept"] })),
  );
  const page = await open();
  await signIn(page, server, "alice", "#/images?name=some-");
  await page.getByRole("checkbox", { name: "Select some-a" }).click();
  await page.getByRole("checkbox", { name: "Select some-b" }).click();
  const dialog = await change(page, "Remove tags", "gone");
  await dialog.getByText("2 removals to make").waitFor();
  await server.clientOf("bob").imageTags.delete({ params: { image_id: ids[1] ?? "", tag: "gone" } });
  await dialog.getByRole("button", { name: "Make these changes" }).click();
  await dialog.getByText("2 of 2 done").waitFor();
  await dialog.getByText("1 was gone already").waitFor();
  const left = await Promise.all(ids.map((id) => server.tagsOf(id)));
  expect(left).toEqual([["kept"], ["kept"], ["gone", "kept"]]);
});

test("is stopped in the middle: what is under way is finished, and no more is begun", async ({
  server,
  open,
}) => {
  await server.make(Array.from({ length: 450 }, (_, index) => ({ name: `stop-${index}` })));
  const page = await open();
  await signIn(page, server, "alice", "#/images?name=stop-");
  await page.getByText("450 images").waitFor();
  const held = await holdPart(page, 3);
  await page.getByRole("checkbox", { name: "Select all that fit" }).click();
  const dialog = await change(page, "Add tags", "halfway");
  await dialog.getByText("450 additions to make").waitFor();
  await dialog.getByText("and 250 more").waitFor();
  await dialog.getByRole("button", { name: "Make these changes" }).click();
  await held.reached;
  await dialog.getByText("200 of 450 done").waitFor();
  expect(await dialog.getByRole("progressbar").getAttribute("value")).toBe("200");
  await dialog.getByRole("button", { name: "Stop" }).click();
  await dialog.getByText("Stopping …").waitFor();
  held.release();
  await dialog.getByText("Stopped: 300 of 450 done.").waitFor();
  expect(await bearing(server, "halfway")).toBe(300);
  await dialog.getByRole("button", { name: "Undo all of it" }).click();
  await dialog.getByText("300 of 300 undone.").waitFor();
  expect(await bearing(server, "halfway")).toBe(0);
});

test("says what failed and why, and does the rest", async ({ server, open }) => {
  await server.make(Array.from({ length: 150 }, (_, index) => ({ name: `fail-${index}` })));
  const page = await open();
  await signIn(page, server, "alice", "#/images?name=fail-");
  await page.getByText("150 images").waitFor();
  let parts = 0;
  await page.route("**/v2/tag-actions", async (route) => {
    if (isPlan(route.request().postData()) || (parts += 1) > 1) return await route.continue();
    const error = { code: 403, title: "Forbidden", message: "Not today.", reason: "forbidden" };
    return await route.fulfill({ status: 403, json: { error } });
  });
  await page.getByRole("checkbox", { name: "Select all that fit" }).click();
  const dialog = await change(page, "Add tags", "partly");
  await dialog.getByRole("button", { name: "Make these changes" }).click();
  await dialog.getByText("150 of 150 done").waitFor();
  await dialog.getByText("100 failed:").waitFor();
  expect(await dialog.getByText("Not today.").count()).toBe(100);
  expect(await bearing(server, "partly")).toBe(50);
});

/** Opens the dialog for what is selected, and has it planned. */
async function change(page: Page, action: string, tag: string) {
  await page.getByRole("button", { name: "Change tags …" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel(action).check();
  await dialog.getByRole("combobox", { name: "Tags" }).fill(tag);
  await dialog.getByRole("combobox", { name: "Tags" }).press("Enter");
  await dialog.getByRole("button", { name: "Show what would change" }).click();
  return dialog;
}

/** Holds the part of this number back on its way to the server, until it is released. */
async function holdPart(page: Page, number: number) {
  const [reached, released] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  let parts = 0;
  await page.route("**/v2/tag-actions", async (route) => {
    if (!isPlan(route.request().postData()) && (parts += 1) === number) {
      reached.resolve();
      await released.promise;
    }
    await route.continue();
  });
  return { reached: reached.promise, release: () => released.resolve() };
}

function isPlan(body: string | null): boolean {
  return body?.includes('"dry_run":true') === true;
}

/** How many images bear a tag. */
async function bearing(server: ConsoleServer, tag: string): Promise<number> {
  const reply = await server.clientOf("alice").cloudTags.list({ query: { name: tag } });
  return reply.status === 200 ? (reply.body.tags[0]?.images ?? 0) : NaN;
}
