import { expect } from "vitest";
import { signIn } from "./console-server.ts";
import { test } from "./page-test.ts";

test("speaks German to whose browser does", async ({ server, open }) => {
  await server.make([{ name: "deutsch", tags: ["weg"] }, { name: "deutsch-2" }]);
  const page = await open({ locale: "de-AT" });
  await page.goto(server.page);
  await page.getByRole("button", { name: "Anmelden" }).waitFor();
  await signIn(page, server, "alice", "#/images?name=deutsch");
  await page.getByText("2 Images").waitFor();
  await page.getByRole("button", { name: "weg von deutsch entfernen" }).click();
  await page.getByText("weg von deutsch entfernt.").waitFor();
  await page.getByRole("button", { name: "Rückgängig" }).click();
  await page.getByText("Zurückgenommen: weg an deutsch ist wie zuvor.").waitFor();
  expect(await page.locator("html").getAttribute("lang")).toBe("de");
});

test("speaks English to everybody else", async ({ server, open }) => {
  const page = await open({ locale: "fr" });
  await page.goto(server.page);
  await page.getByRole("button", { name: "Sign in" }).waitFor();
  expect(await page.locator("html").getAttribute("lang")).toBe("en");
});
