import { startServer } from "@imagetags/testing/server/start-server";
import type { Page } from "playwright-core";
import { expect } from "vitest";
import { CREDENTIAL, PASSWORD, startPeopledKeystone } from "./keystone-people.ts";
import { test as plain } from "./page-test.ts";

const HOUR_MS = 3_600_000;

/** A test with a server whose callers are known by Keystone. */
const test = plain
  // oxlint-disable-next-line no-empty-pattern -- Vitest reads from the pattern what a fixture needs
  .extend("keystone", async ({}, { onCleanup }) => {
    const keystone = await startPeopledKeystone(HOUR_MS);
    onCleanup(() => keystone[Symbol.asyncDispose]());
    return keystone;
  })
  .extend("console", async ({ keystone }, { onCleanup }) => {
    const server = await startServer({ settings: keystone.env });
    onCleanup(() => server[Symbol.asyncDispose]());
    return `${server.url}/console/`;
  });

test("signs in by a password, asks for the project, and changes to another", async ({ console, open }) => {
  const page = await open();
  await page.goto(console);
  await byPassword(page, "a wrong one");
  await page.getByText("The server refused: Keystone does not let in whoever this is.").waitFor();
  await byPassword(page);
  await page.getByText("Choose a project").first().waitFor();
  await page.getByLabel("Project").first().selectOption("Red");
  await page.getByText("Anna", { exact: true }).waitFor();
  const project = page.getByRole("banner").getByLabel("Project");
  await project.selectOption("Blue");
  await expect.poll(() => project.inputValue()).toBe("blue");
  await page.getByText("0 images").waitFor();
});

test("signs in by a password to a project at once", async ({ console, open }) => {
  const page = await open();
  await page.goto(console);
  await page.getByLabel("Project").fill("Blue");
  await byPassword(page);
  await page.getByText("0 images").waitFor();
  expect(await page.getByRole("banner").getByLabel("Project").inputValue()).toBe("blue");
});

test("signs in by an application credential, which is of one project", async ({ console, open }) => {
  const page = await open();
  await page.goto(console);
  await page.getByLabel("Application credential").check();
  await page.getByLabel("Id").fill(CREDENTIAL.id);
  await page.getByLabel("Secret").fill(CREDENTIAL.secret);
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.getByText("0 images").waitFor();
  await page.getByRole("banner").getByText("Blue").waitFor();
  expect(await page.getByRole("banner").getByRole("combobox").count()).toBe(0);
});

test("renews the token of whoever signed in by a password before it ends, and says nothing", async ({
  console,
  keystone,
  open,
}) => {
  const page = await open();
  await page.clock.install();
  await page.goto(console);
  await page.getByLabel("Project").fill("Blue");
  await byPassword(page);
  await page.getByText("0 images").waitFor();
  expect(keystone.signIns()).toBe(1);
  await page.clock.fastForward(HOUR_MS / 2);
  expect(keystone.signIns()).toBe(1);
  await page.clock.fastForward(HOUR_MS / 2 - 4 * 60_000);
  await expect.poll(() => keystone.signIns()).toBe(2);
  expect(await page.getByText("Your sign-in ends").count()).toBe(0);
});

test("tells that a token ends soon which it cannot renew, and goes on with another", async ({
  console,
  keystone,
  open,
}) => {
  const page = await open();
  await page.clock.install();
  await page.goto(`${console}#/images?name=kept`);
  await page.getByLabel("Token", { exact: true }).check();
  await page.getByRole("textbox", { name: "Token" }).fill(keystone.token());
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.getByText("0 images").waitFor();
  expect(await page.getByText("Your sign-in ends").count()).toBe(0);
  await page.clock.fastForward(HOUR_MS - 4 * 60_000);
  await page.getByText("Your sign-in ends in 4 min.").waitFor();
  await page.clock.fastForward(5 * 60_000);
  await page.getByText("Your sign-in has ended.").waitFor();

  await page.getByRole("button", { name: "Sign in again" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Project").fill("Blue");
  await byPassword(page, PASSWORD, "Sign in again");
  await page.getByText("Your sign-in has ended.").waitFor({ state: "detached" });
  await dialog.waitFor({ state: "detached" });
  expect(new URL(page.url()).hash).toBe("#/images?name=kept");
});

test("does not try a refused password again and again", async ({ console, keystone, open }) => {
  const page = await open();
  await page.clock.install();
  await page.goto(console);
  await page.getByLabel("Project").fill("Blue");
  await byPassword(page);
  await page.getByText("0 images").waitFor();
  keystone.open(false);
  let asked = 0;
  page.on("request", (request) => (asked += request.url().endsWith("/session") ? 1 : 0));
  await page.clock.fastForward(HOUR_MS - 4 * 60_000);
  await page.getByText("Your sign-in ends in 4 min.").waitFor();
  await page.clock.fastForward(3 * 60_000);
  await page.getByText("Your sign-in ends in 1 min.").waitFor();
  expect(asked).toBe(1);
});

test("says so when the server takes the token no more, and shows what it was asked for with the next", async ({
  console,
  keystone,
  open,
}) => {
  const page = await open();
  await page.goto(console);
  await page.getByLabel("Token", { exact: true }).check();
  await page.getByRole("textbox", { name: "Token" }).fill(keystone.token());
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.getByText("0 images").waitFor();
  await page.route("**/v2/images?*", (route) =>
    route.fulfill({
      status: 401,
      json: { error: { code: 401, message: "It has ended.", title: "Unauthorized" } },
    }),
  );
  await page.getByRole("button", { name: "Reload" }).click();
  await page.getByText("Your sign-in has ended.").waitFor();
  await page.getByText("The server refused: It has ended.").waitFor();
  await page.unroute("**/v2/images?*");
  await page.getByRole("button", { name: "Sign in again" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Token", { exact: true }).check();
  await dialog.getByRole("textbox", { name: "Token" }).fill(keystone.token());
  await dialog.getByRole("button", { name: "Sign in again" }).click();
  await page.getByText("The server refused: It has ended.").waitFor({ state: "detached" });
  await dialog.waitFor({ state: "detached" });
});

async function byPassword(page: Page, password = PASSWORD, button = "Sign in"): Promise<void> {
  await page.getByLabel("User").fill("anna");
  await page.getByLabel("Password", { exact: true }).last().fill(password);
  await page.locator("form.sign-in").getByRole("button", { name: button }).click();
}
