import type { Logger } from "pino";
import type { Config } from "../config/config.ts";
import { consoleRoutes } from "../console/console-routes.ts";
import type { KeystoneRelay } from "../console/keystone-relay.ts";
import { SignInLimits } from "../console/sign-in-limits.ts";
import type { BesideApi } from "../http/beside-api.ts";
import { callerAddress } from "../http/pipeline/caller-address.ts";
import type { TokenValidator } from "../identity/caller.ts";
import { Outages } from "../identity/keystone/outages.ts";
import { pageMethods, pageRoutes } from "../pages/page-routes.ts";
import { findSites, type Site } from "../pages/site.ts";
import { PAGES_FOLDER } from "../pages-folder.ts";
import { version } from "../version.ts";

/** What the pages take besides the settings. */
interface PageParts {
  readonly tokens: TokenValidator;
  readonly authority: () => string;
  readonly log: Logger;
  readonly stack: AsyncDisposableStack;
  /** Where the files of the pages are, in the place of those that the server carries. */
  readonly folder?: string | undefined;
}

/** The pages that a server has: those that are wanted, and whose files are there. */
export function pagesThere(config: Config, folder = PAGES_FOLDER): readonly Site["base"][] {
  return findSites(folder, config.pages)
    .filter(({ files }) => files !== undefined)
    .map(({ base }) => base);
}

/** The server's pages, and what it answers to them. */
export async function besideApi(config: Config, parts: PageParts): Promise<BesideApi> {
  const { authority, folder = PAGES_FOLDER, log, stack, tokens } = parts;
  const sites = findSites(folder, config.pages);
  const pages: BesideApi[] = sites.map((site) => ({
    methods: (path) => pageMethods(site, path),
    mount: (app) => void app.use(pageRoutes(site)),
  }));
  const relay = config.pages.console ? await relayFor(config, log, stack) : undefined;
  const all = config.pages.console
    ? [
        consoleRoutes({
          settings: {
            auth: config.auth,
            sign_in: relay === undefined ? ["token"] : ["token", "password", "application_credential"],
            profile: config.tagProfile,
            version: version(),
            tag_quota: config.quotas.tags < 0 ? null : config.quotas.tags,
            glance: config.glance !== undefined,
            api_page: sites.some(({ base, files }) => base === "/docs" && files !== undefined),
          },
          relay,
          limits: new SignInLimits(),
          tokens,
          addressOf: callerAddress(config.trustedProxies),
          publicUrl: config.publicUrl,
          authority,
        }),
        ...pages,
      ]
    : pages;
  return {
    methods: (path) => all.map(({ methods }) => methods(path)).find((found) => found !== undefined),
    mount: (app) => {
      for (const { mount } of all) mount(app);
    },
  };
}

async function relayFor(
  { keystone }: Config,
  log: Logger,
  stack: AsyncDisposableStack,
): Promise<KeystoneRelay | undefined> {
  if (keystone === undefined) return undefined;
  // The module's HTTP client takes longer to load than all else.
  const { KeystoneRelay: Relay } = await import("../console/keystone-relay.ts");
  const { authUrl, ca, connectTimeout, timeout } = keystone;
  const outages = new Outages(log, Date.now, {
    inTrouble: "Those who sign in to the page are",
    inOverload: "questions of those who sign in wait; others are",
  });
  return stack.use(new Relay({ authUrl, ca, connectTimeout, timeout, outages, clock: Date.now }));
}
