import { expect } from "vitest";
import { signIn, tokenOf } from "./console-server.ts";
import { test } from "./page-test.ts";

test("removes a tag at once, undoes it from the message, and the history tells of both", async ({
  server,
  open,
}) => {
  const [id = ""] = await server.make([{ name: "undone", tags: ["kept", "taken"] }]);
  const page = await open();
  await signIn(page, server, "alice", "#/images?name=undone");
  await page.getByRole("button", { name: "Remove taken from undone" }).click();
  await page.getByText("Removed taken from undone.").waitFor();
  expect(await server.tagsOf(id)).toEqual(["kept"]);
  await page.getByRole("button", { name: "Undo", exact: true }).click();
  await page.getByText("Undone: taken on undone is as it was.").waitFor();
  await page.getByRole("button", { name: "taken", exact: true }).waitFor();
  expect(await server.tagsOf(id)).toEqual(["kept", "taken"]);

  await page.getByRole("link", { name: "History of undone" }).click();
  const rows = page.getByRole("row").filter({ hasText: "taken" });
  await rows.first().waitFor();
  expect(await rows.count()).toBe(3);
  await rows.first().getByRole("button", { name: "Undo: added taken" }).click();
  await page.getByText("Undone: taken on undone is as it was.").last().waitFor();
  await expect.poll(() => rows.count()).toBe(4);
  expect(await server.tagsOf(id)).toEqual(["kept"]);
});

test("shows a removal before the server has answered", async ({ server, open }) => {
  await server.make([{ name: "slow", tags: ["leaving"] }]);
  const page = await open();
  await signIn(page, server, "alice", "#/images?name=slow");
  let answer = () => {};
  const held = new Promise<void>((resolve) => (answer = resolve));
  await page.route("**/tags/leaving", async (route) => {
    await held;
    await route.continue();
  });
  await page.getByRole("button", { name: "Remove leaving from slow" }).click();
  await page.getByRole("button", { name: "leaving", exact: true }).waitFor({ state: "detached" });
  expect(await page.getByText("Removed leaving from slow.").count()).toBe(0);
  answer();
  await page.getByText("Removed leaving from slow.").waitFor();
});

test("adds a tag that it completed, and says so of one that the image bears already", async ({
  server,
  open,
}) => {
  const [id = ""] = await server.make([
    { name: "added-to", tags: ["first"] },
    { name: "bears-it", tags: ["release-2026"] },
  ]);
  const page = await open();
  await signIn(page, server, "alice");
  await page.getByRole("button", { name: "Add a tag to added-to" }).click();
  const field = page.getByRole("combobox", { name: "Add a tag to added-to" });
  await field.fill("2026");
  await page.getByRole("option", { name: "release-2026" }).waitFor();
  await field.press("ArrowDown");
  await field.press("Enter");
  await page.getByText("Added release-2026 to added-to.").waitFor();
  expect(await server.tagsOf(id)).toEqual(["first", "release-2026"]);
  await field.fill("first");
  await field.press("Enter");
  await page.getByText("added-to bears first already.").waitFor();
});

test("takes a change back on the screen when the server refuses, and says why in the server's words", async ({
  server,
  open,
}) => {
  const [id = ""] = await server.make([{ name: "not-carols", visibility: "shared", tags: ["safe"] }]);
  const page = await open();
  await signIn(page, server, "carol", "#/images?name=not-carols");
  await page.getByRole("button", { name: "Remove safe from not-carols" }).click();
  const reply = await server.clientOf("carol").imageTags.delete({ params: { image_id: id, tag: "safe" } });
  const words = reply.status === 403 ? reply.body.error.message : "no refusal";
  await page.getByText(`safe on not-carols was not changed: ${words}`).waitFor();
  await page.getByRole("button", { name: "safe", exact: true }).waitFor();
  expect(await server.tagsOf(id)).toEqual(["safe"]);
});

test("says that somebody else had removed a tag, or the image with it", async ({ server, open }) => {
  const [id = "", gone = ""] = await server.make([
    { name: "two-people-1", tags: ["wanted"] },
    { name: "two-people-2", tags: ["wanted"] },
  ]);
  const [alice, bob] = [await open(), await open()];
  await signIn(alice, server, "alice", "#/images?name=two-people");
  await signIn(bob, server, "bob", "#/images?name=two-people");
  const removeIt = { name: "Remove wanted from two-people-1" };
  await alice.getByRole("button", removeIt).waitFor();
  await bob.getByRole("button", removeIt).click();
  await bob.getByText("Removed wanted from two-people-1.").waitFor();
  await alice.getByRole("button", removeIt).click();
  await alice.getByText("Somebody else had removed wanted from two-people-1 already.").waitFor();
  expect(await alice.getByRole("button", removeIt).count()).toBe(0);
  expect(await server.tagsOf(id)).toEqual([]);

  await server.clientOf("bob").images.delete({ params: { image_id: gone } });
  await alice.getByRole("button", { name: "Remove wanted from two-people-2" }).click();
  await alice.getByText("The image two-people-2 is gone, or you may no longer see it.").waitFor();
  expect(await alice.getByRole("row").filter({ hasText: "two-people-2" }).count()).toBe(0);
});

test("leaves whoever signs in next nothing to undo of the one before", async ({ server, open }) => {
  await server.make([{ name: "of-alice", tags: ["hers"] }]);
  const page = await open();
  await signIn(page, server, "alice", "#/images?name=of-alice");
  await page.getByRole("button", { name: "Remove hers from of-alice" }).click();
  await page.getByText("Removed hers from of-alice.").waitFor();
  await page.getByRole("button", { name: "Sign out" }).click();
  await page.getByLabel("Token").fill(tokenOf("eve"));
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.getByText("No image fits.").waitFor();
  expect(await page.getByRole("log").innerText()).toBe("");
});

test("does not undo what somebody else changed since", async ({ server, open }) => {
  const [id = ""] = await server.make([{ name: "changed-since", tags: ["back-and-forth"] }]);
  const page = await open();
  await signIn(page, server, "alice", "#/images?name=changed-since");
  await page.getByRole("button", { name: "Remove back-and-forth from changed-since" }).click();
  await page.getByText("Removed back-and-forth from changed-since.").waitFor();
  const bob = server.clientOf("bob");
  const params = { image_id: id, tag: "back-and-forth" };
  await bob.imageTags.add({ params });
  await bob.imageTags.delete({ params });
  await page.getByRole("button", { name: "Undo", exact: true }).click();
  await page
    .getByText("back-and-forth on changed-since was changed since by somebody else, so nothing was undone.")
    .waitFor();
  expect(await server.tagsOf(id)).toEqual([]);
});
