import type { BrowserContextOptions, Page } from "playwright-core";
import { expect, test as plain } from "vitest";
import { startConsole } from "./console-server.ts";
import { startBrowser, watchedPage, type WatchedPage } from "./watched-page.ts";

/** Opens a page for somebody new. */
export type Open = (options?: BrowserContextOptions) => Promise<Page>;

/**
 * A test with a browser, and with a server and its page for each file. In the end every page that it opened has had no
 * error of a script, has tried nothing that its policy forbids, and has asked one host alone.
 */
export const test = plain
  // oxlint-disable-next-line no-empty-pattern -- Vitest reads from the pattern what a fixture needs
  .extend("browser", { scope: "worker" }, async ({}, { onCleanup }) => {
    const browser = await startBrowser();
    onCleanup(() => browser.close());
    return browser;
  })
  // oxlint-disable-next-line no-empty-pattern -- as above
  .extend("server", { scope: "file" }, async ({}, { onCleanup }) => {
    const server = await startConsole();
    onCleanup(() => server[Symbol.asyncDispose]());
    return server;
  })
  .extend("open", async ({ browser }, { onCleanup }): Promise<Open> => {
    const opened: WatchedPage[] = [];
    onCleanup(async () => {
      await Promise.all(opened.map(({ page }) => page.context().close()));
      for (const { faults, hosts } of opened) {
        expect(faults).toEqual([]);
        expect(hosts.size).toBeLessThanOrEqual(1);
      }
    });
    return async (options) => {
      const watched = await watchedPage(browser, options);
      opened.push(watched);
      return watched.page;
    };
  });
