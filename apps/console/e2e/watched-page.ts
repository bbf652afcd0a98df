import { existsSync } from "node:fs";
import { chromium, type Browser, type BrowserContextOptions, type Page } from "playwright-core";

const CHROMIUM = "/usr/bin/chromium";
/** How long what is to appear may take on a busy machine. */
const PATIENCE_MS = 15_000;

/** Starts Debian's Chromium with a profile of its own, which asks nobody anything by itself. */
export async function startBrowser(): Promise<Browser> {
  if (!existsSync(CHROMIUM))
    throw new Error(`There is no browser at ${CHROMIUM}: install Debian's chromium.`);
  return await chromium.launch({
    executablePath: CHROMIUM,
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
    ],
  });
}

/** A page of a person of their own, and what in it went wrong or left for another host. */
export interface WatchedPage {
  readonly page: Page;
  /** Errors of scripts, and what the page's Content-Security-Policy kept it from. */
  readonly faults: readonly string[];
  /** The hosts that were asked for anything. */
  readonly hosts: ReadonlySet<string>;
}

/** Opens a page in English for somebody new, unless the options say otherwise. */
export async function watchedPage(
  browser: Browser,
  options: BrowserContextOptions = {},
): Promise<WatchedPage> {
  const context = await browser.newContext({
    locale: "en",
    viewport: { width: 1280, height: 800 },
    ...options,
  });
  context.setDefaultTimeout(PATIENCE_MS);
  const page = await context.newPage();
  const faults: string[] = [];
  const hosts = new Set<string>();
  page.on("pageerror", (error) => faults.push(String(error)));
  page.on("console", (message) => {
    // That the server refuses something is its own affair, and Chromium reports it as an error.
    if (message.type() === "error" && !message.text().startsWith("Failed to load resource"))
      faults.push(message.text());
  });
  page.on("request", (request) => hosts.add(new URL(request.url()).host));
  return { page, faults, hosts };
}
