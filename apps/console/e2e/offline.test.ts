import { expect } from "vitest";
import { signIn } from "./console-server.ts";
import { test } from "./page-test.ts";

test("says that there is no connection, takes back what could not be done, and goes on when there is one", async ({
  server,
  open,
}) => {
  const [id = ""] = await server.make([{ name: "far-away", tags: ["stays", "leaves"] }]);
  const page = await open();
  await signIn(page, server, "alice", "#/images?name=far-away");
  const chip = page.getByRole("button", { name: "stays", exact: true });
  await chip.waitFor();

  await page.context().setOffline(true);
  await page.getByText("There is no connection.").waitFor();
  await page.getByRole("button", { name: "Remove stays from far-away" }).click();
  await page.getByText("stays on far-away was not changed: The server cannot be reached.").waitFor();
  await chip.waitFor();
  expect(await server.tagsOf(id)).toEqual(["leaves", "stays"]);

  await server.clientOf("bob").imageTags.add({ params: { image_id: id, tag: "meanwhile" } });
  await page.context().setOffline(false);
  await page.getByText("There is no connection.").waitFor({ state: "detached" });
  await page.getByRole("button", { name: "meanwhile", exact: true }).waitFor();
  await page.getByRole("button", { name: "Remove leaves from far-away" }).click();
  await page.getByText("Removed leaves from far-away.").waitFor();
  expect(await server.tagsOf(id)).toEqual(["meanwhile", "stays"]);
});

test("says so when the server cannot be reached, and shows the images when it can again", async ({
  server,
  open,
}) => {
  await server.make([{ name: "returns" }]);
  const page = await open();
  await signIn(page, server, "alice", "#/images?name=returns");
  await page.getByRole("row").filter({ hasText: "returns" }).waitFor();
  await page.route("**/v2/**", (route) => route.abort());
  await page.getByRole("button", { name: "Reload" }).click();
  await page.getByText("The server cannot be reached.").waitFor();
  await page.getByRole("row").filter({ hasText: "returns" }).waitFor();
  await page.unroute("**/v2/**");
  await page.getByRole("button", { name: "Reload" }).click();
  await page.getByText("The server cannot be reached.").waitFor({ state: "detached" });
});
