import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const CHROMIUM = "/usr/bin/chromium";

/** Whether there is a browser. Where CI says that all must be there, one that is missing is a failure. */
export const hasBrowser = existsSync(CHROMIUM) || process.env["CI"] === "true";

/** Opens a page in a browser of its own, which goes away with the scope. */
export async function openPage(url: string): Promise<AsyncDisposable> {
  if (!existsSync(CHROMIUM))
    throw new Error(`There is no browser at ${CHROMIUM}: install Debian's chromium.`);
  const profile = mkdtempSync(join(tmpdir(), "imagetags-browser-"));
  const browser = spawn(
    CHROMIUM,
    [
      "--headless",
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
      "--remote-debugging-port=0",
      `--user-data-dir=${profile}`,
      url,
    ],
    { stdio: "ignore" },
  );
  await once(browser, "spawn");
  return {
    async [Symbol.asyncDispose]() {
      const gone = browser.exitCode === null ? once(browser, "exit") : undefined;
      browser.kill();
      await gone;
      rmSync(profile, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
    },
  };
}
