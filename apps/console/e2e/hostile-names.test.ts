import type { Page } from "playwright-core";
import { expect } from "vitest";
import { signIn } from "./console-server.ts";
import { test } from "./page-test.ts";
import { watchedPage } from "./watched-page.ts";

/** What a name may be that is meant to do harm; as a tag, with its beginning. */
const HOSTILE = {
  script: "<script>document.title='owned'</script>",
  image: '"><img src=x onerror="document.title=1">',
  handler: "' onmouseover='document.title=1",
  link: "javascript:document.title='owned'",
  template: "{tag} ${1} $& {{constructor}}",
  bidi: "\u202Etxt.exe\u2066a",
  hidden: "a\u200Bb\u00AD",
  lines: "one\ntwo\r\nthree",
  proto: "__proto__",
  dots: "../../v2/images",
} as const;

/** How each is shown: as it is, but for marks in the place of what cannot be seen. */
const SHOWN: Readonly<Record<keyof typeof HOSTILE, string>> = {
  ...HOSTILE,
  bidi: "RLOtxt.exeLRIa",
  hidden: "aZWSPbSHY",
  lines: "oneLFtwoCRLFthree",
};

test("shows a hostile name or tag as the text that it is, and runs nothing of it", async ({
  server,
  open,
}) => {
  const names = Object.values(HOSTILE);
  // No tag has control characters.
  const taggable = names.filter((name) => !/\p{Cc}/u.test(name));
  await server.make(
    names.map((name) => ({ name, tags: ["hostile", ...taggable.filter((tag) => tag === name)] })),
  );
  const page = await open();
  await signIn(page, server, "alice", "#/images?has=hostile");
  await page.getByText(`${names.length} images`).waitFor();
  const shown = await page
    .locator(".table-body .name")
    .evaluateAll((cells) => cells.map((cell) => cell.textContent));
  expect(shown.toSorted()).toEqual(Object.values(SHOWN).toSorted());
  const tags = await page
    .locator(".table-body .chip-tag")
    .evaluateAll((chips) => chips.map((chip) => chip.textContent));
  expect(tags.filter((tag) => tag !== "hostile").toSorted()).toEqual(
    Object.values(SHOWN)
      .filter((each) => each !== SHOWN.lines)
      .toSorted(),
  );
  await expectUnharmed(page);

  // It goes through an address, a message, the history and the list of all tags as well.
  await page.getByRole("button", { name: HOSTILE.image, exact: true }).click();
  await page.getByText("1 image", { exact: true }).waitFor();
  await page.getByRole("button", { name: `Remove ${HOSTILE.image} from ${HOSTILE.image}` }).click();
  await page.getByText(`Removed ${HOSTILE.image} from ${HOSTILE.image}.`).waitFor();
  await page.getByRole("navigation").getByRole("link", { name: "History" }).click();
  await page.getByRole("row").filter({ hasText: HOSTILE.script }).first().waitFor();
  await page.getByRole("navigation").getByRole("link", { name: "Tags" }).click();
  await page.getByRole("row").filter({ hasText: HOSTILE.link }).waitFor();
  await expectUnharmed(page);
});

test("shows names of thousands of characters, and of tags with the longest, without growing wide", async ({
  server,
  open,
}) => {
  const long = `long-${"x".repeat(250)}`;
  await server.make([{ name: long, tags: [long, "日本語".repeat(85)] }]);
  const page = await open({ viewport: { width: 320, height: 640 } });
  await signIn(page, server, "alice", "#/images?name=long-");
  await page.locator(".table-body .row").waitFor();
  await expectNarrow(page);
  // No server of this project takes a longer name; another might.
  await page.route("**/v2/images?*", async (route) => {
    const reply = await route.fetch();
    const text = await reply.text();
    await route.fulfill({ response: reply, body: text.replaceAll(long, `long-${"y".repeat(4_000)}`) });
  });
  await page.getByRole("button", { name: "Reload" }).click();
  await page.getByText("y".repeat(4_000)).first().waitFor();
  await expectNarrow(page);
  await page.getByRole("button", { name: /^Remove long-y{4000}/ }).click();
  await page.locator(".notice").first().waitFor();
  await expectNarrow(page);
});

test("notices what the policy of the page forbids", async ({ server, browser }) => {
  const { page, faults } = await watchedPage(browser);
  await page.goto(server.page);
  await page.evaluate(() => {
    const script = document.createElement("script");
    script.textContent = "document.title = 'owned'";
    document.body.append(script);
  });
  expect(faults).toEqual([expect.stringContaining("Content Security Policy")]);
  await page.context().close();
});

async function expectUnharmed(page: Page): Promise<void> {
  expect(await page.title()).toBe("imagetags");
  expect(await page.locator("#console script, #console img, #console iframe").count()).toBe(0);
  expect(await page.locator('a[href^="javascript:"]').count()).toBe(0);
}

async function expectNarrow(page: Page): Promise<void> {
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(320);
}
