// The page for tags, in Chromium, as the front serves it before a real Glance, which has nothing but its own API.
import assert from "node:assert/strict";
import type { Person } from "@imagetags/testing/keystone/people";
import { chromium } from "playwright-core";
import type { Checks } from "../lib/checks.ts";
import type { ImageApi } from "../lib/image-api.ts";

const CHROMIUM = "/usr/bin/chromium";
/** Keystone and Glance are slow on a busy machine. */
const PATIENCE_MS = 60_000;

/** Where the page is, who signs in there, and Glance itself, which is asked what became of it. */
interface PageParts {
  readonly url: string;
  readonly person: Person;
  readonly direct: ImageApi;
}

/** Signs in by password, removes a tag and takes that back, and looks at what this server knows besides. */
export async function tagPageChecks(checks: Checks, { url, person, direct }: PageParts): Promise<void> {
  const id = await direct.create({ name: "on-the-page", tags: ["on-the-page", "kept"] });
  const browser = await chromium.launch({
    executablePath: CHROMIUM,
    args: ["--no-sandbox", "--disable-gpu"],
  });
  await using stack = new AsyncDisposableStack();
  stack.defer(() => browser.close());
  const page = await browser.newPage({ locale: "en" });
  page.setDefaultTimeout(PATIENCE_MS);

  await checks.check(
    "the page in front of Glance: one signs in by password, and sees Glance's images",
    async () => {
      await page.goto(`${url}/console/#/images?has=on-the-page`);
      await page.getByLabel("User").fill(person.name);
      await page.getByLabel("Password", { exact: true }).last().fill(person.password);
      await page.getByLabel("Project").fill(person.project.name);
      await page.getByRole("button", { name: "Sign in" }).click();
      await page.getByText("1 image", { exact: true }).waitFor();
    },
  );

  await checks.check("the page in front of Glance: a tag is removed, and that undone", async () => {
    await page.getByRole("button", { name: "Remove kept from on-the-page" }).click();
    await page.getByText("Removed kept from on-the-page.").waitFor();
    assert.deepEqual(await direct.tags(id), ["on-the-page"]);
    await page.getByRole("button", { name: "Undo", exact: true }).click();
    await page.getByText("Undone: kept on on-the-page is as it was.").waitFor();
    assert.deepEqual(await direct.tags(id), ["kept", "on-the-page"]);
  });

  await checks.check("the page in front of Glance: many are planned, changed, and changed back", async () => {
    await page.getByRole("checkbox", { name: "Select all that fit" }).click();
    await page.getByRole("button", { name: "Change tags …" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByRole("combobox", { name: "Tags" }).fill("planned");
    await dialog.getByRole("combobox", { name: "Tags" }).press("Enter");
    await dialog.getByRole("button", { name: "Show what would change" }).click();
    await dialog.getByRole("button", { name: "Make these changes" }).click();
    await dialog.getByText("1 of 1 done").waitFor();
    assert.ok((await direct.tags(id)).includes("planned"));
    await dialog.getByRole("button", { name: "Undo all of it" }).click();
    await dialog.getByText("1 of 1 undone.").waitFor();
    assert.ok(!(await direct.tags(id)).includes("planned"));
    await dialog.getByRole("button", { name: "Close" }).last().click();
  });

  await checks.check("the page in front of Glance: it says that the history has no names", async () => {
    await page.getByRole("navigation").getByRole("link", { name: "History" }).click();
    await page.getByText("This server knows when tags came and went, and not by whom").waitFor();
  });
}
