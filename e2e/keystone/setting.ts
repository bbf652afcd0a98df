import { startServer } from "@imagetags/testing/server/start-server";
import type { Checks } from "../lib/checks.ts";
import type { startKeystone } from "@imagetags/testing/keystone/start-keystone";
import type { Person } from "@imagetags/testing/keystone/people";

/** What every group of checks is given. */
export interface Setting {
  readonly checks: Checks;
  readonly keystone: Awaited<ReturnType<typeof startKeystone>>;
  /** Whom servers log in as. */
  readonly service: Person;
  /** Stops in the end what was started here. */
  readonly stack: AsyncDisposableStack;
}

/** Starts a server that asks the Keystone; it is stopped in the end. */
export async function startAsking(
  { service, stack }: Pick<Setting, "service" | "stack">,
  settings: Record<string, string> = {},
) {
  // On a busy machine Keystone is slow, which is not what most checks are about.
  const patience = { IMAGETAGS_KEYSTONE_CONNECT_TIMEOUT: "30", IMAGETAGS_KEYSTONE_TIMEOUT: "60" };
  const ours = { IMAGETAGS_AUTH: "keystone", ...patience, ...service.environment, ...settings };
  return stack.use(await startServer({ settings: ours }));
}
