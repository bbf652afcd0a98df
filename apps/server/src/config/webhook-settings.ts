import { isIP } from "node:net";
import { z } from "zod";
import { PublicAddresses, readNetwork, type Network } from "../notifications/webhooks/public-addresses.ts";
import type { WebhookSettings } from "../notifications/destinations.ts";
import { age, DAY } from "./age.ts";
import {
  documented,
  readSettings,
  settingsOf,
  type Given,
  type Problem,
  type Setting,
} from "./documented.ts";
import { filePath } from "./file-path.ts";
import { readWebhooksFile } from "./webhooks-file.ts";

const FILE = "IMAGETAGS_WEBHOOKS_FILE";

const settings = z.object({
  [FILE]: documented(
    filePath().optional(),
    "none",
    "webhooks: a file that names who is told of changed tags, by which URL and secret",
  ),
  IMAGETAGS_WEBHOOKS_ALLOW: documented(
    z.string().transform(toAllowed).default([]),
    "none",
    "webhooks: addresses and networks that they may go to although they are loopback, link-local or private, with commas between",
  ),
  IMAGETAGS_WEBHOOKS_GIVE_UP: documented(
    age().default(3 * DAY),
    "3d",
    "webhooks: how old a change is when it is tried no more: days or hours, such as 3d",
  ),
});

/** The settings of webhooks, for people. */
export const WEBHOOK_SETTINGS: readonly Setting[] = settingsOf(settings);

/** Reads who is told by webhooks; `undefined` where nobody is. */
export function readWebhookSettings(given: Given, problem: Problem): WebhookSettings | undefined {
  const values = readSettings(settings, given, problem);
  const path = values?.[FILE];
  if (values === undefined || path === undefined) {
    for (const { name } of values === undefined ? [] : WEBHOOK_SETTINGS) {
      if (given[name] !== undefined) problem(`${name} has no meaning without ${FILE}`);
    }
    return undefined;
  }
  const addresses = new PublicAddresses(values.IMAGETAGS_WEBHOOKS_ALLOW);
  const webhooks = readWebhooksFile(path, problem);
  for (const { name, url } of webhooks) {
    const host = new URL(url).hostname.replace(/^\[|\]$/g, "");
    const refused = isIP(host) === 0 ? undefined : addresses.problem(host);
    if (refused !== undefined) {
      problem(
        `${FILE}: ${path}: the url of ${name} leads to ${refused}, which IMAGETAGS_WEBHOOKS_ALLOW does not name`,
      );
    }
  }
  return { webhooks, addresses, keep: values.IMAGETAGS_WEBHOOKS_GIVE_UP };
}

function toAllowed(text: string, context: z.RefinementCtx<string>): Network[] {
  const networks = text.split(",").map((network) => readNetwork(network.trim()));
  const known = networks.filter((network) => network !== undefined);
  if (known.length === networks.length) return known;
  context.addIssue("must be addresses or networks with a comma between, such as 10.0.0.7,192.168.0.0/16");
  return z.NEVER;
}
