import { existsSync } from "node:fs";
import { chromium } from "playwright-core";
import { expect, test } from "vitest";
import { makeImage } from "../testing/api.ts";
import { startTestServer } from "../testing/test-server.ts";

const CHROMIUM = "/usr/bin/chromium";
/** Where CI says that all must be there, a browser that is missing is a failure. */
const hasBrowser = existsSync(CHROMIUM) || process.env["CI"] === "true";

test.skipIf(!hasBrowser)(
  "the API page shows every route and examples, and tries one with a token, and asks nobody but this server",
  { timeout: 240_000 },
  async () => {
    await using server = await startTestServer();
    await makeImage(server, { name: "shown on the page" });
    const browser = await chromium.launch({ executablePath: CHROMIUM, args: ["--no-sandbox"] });
    try {
      const page = await browser.newPage({ viewport: { width: 1_280, height: 900 } });
      page.setDefaultTimeout(60_000);
      const asked: { readonly origin: string; readonly path: string; readonly token: string | undefined }[] =
        [];
      page.on("request", (request) => {
        const { origin, pathname } = new URL(request.url());
        asked.push({ origin, path: pathname, token: request.headers()["x-auth-token"] });
      });
      const complaints: string[] = [];
      page.on("console", (message) => {
        if (message.type() === "error" || message.type() === "warning") complaints.push(message.text());
      });
      page.on("pageerror", ({ message }) => complaints.push(message));

      const loaded = await page.goto(`${server.url}/docs`);
      expect([loaded?.status(), page.url()]).toEqual([200, `${server.url}/docs/`]);
      await page.getByRole("heading", { name: "imagetags", exact: true }).waitFor();
      for (const name of ["imageTags", "images", "imageMembers", "health"])
        await page
          .getByRole("link", { name, exact: true })
          .or(page.getByRole("button", { name }))
          .first()
          .waitFor();

      await page.goto(`${server.url}/docs/#tag/images/POST/v2/images`);
      await page.getByText("An image with tags and a property").first().waitFor();
      await page.getByText('"miracle"').first().waitFor();

      await page.goto(`${server.url}/docs/#tag/images/GET/v2/images`);
      await page
        .getByRole("button", { name: /^Test Request.*get \/v2\/images\)?$/i })
        .first()
        .click();
      const client = page.getByRole("dialog").first();
      await client.getByText("X-Auth-Token").first().waitFor();
      await client.getByPlaceholder("QUxMIFlPVVIg").first().fill("alpha_member");
      await client.getByRole("button", { name: /^send/i }).first().click();
      await client.getByText("shown on the page").first().waitFor();

      const tried = asked.filter(({ path }) => path.startsWith("/v2/"));
      expect(tried.map(({ path, token }) => [path, token])).toEqual([["/v2/images", "alpha_member"]]);
      expect(new Set(asked.map(({ origin }) => origin))).toEqual(new Set([server.url]));
      expect(asked.length).toBeGreaterThan(5);
      expect(complaints).toEqual([]);
    } finally {
      await browser.close();
    }
  },
);
