// Starts a real Keystone and servers that ask it, lets every group of checks loose on them, and says in
// the end how many held.
import { createChecks } from "../lib/checks.ts";
import { startKeystone } from "@imagetags/testing/keystone/start-keystone";
import { startMariadb } from "@imagetags/testing/databases/start-mariadb";
import { authChecks } from "./auth.ts";
import { authzChecks } from "./authz.ts";
import { commandChecks } from "./commands.ts";
import { TOKEN_SECONDS, expiryChecks } from "./expiry.ts";
import { loginChecks } from "./login.ts";
import { outageChecks } from "./outage.ts";
import { systemCallChecks } from "./system-calls.ts";

const checks = createChecks();
try {
  await using stack = new AsyncDisposableStack();
  const mariadb = stack.use(await startMariadb());
  const keystone = stack.use(await startKeystone({ mariadb, tokenSeconds: TOKEN_SECONDS }));
  const service = await keystone.serviceUser("imagetags");
  const setting = { checks, keystone, service, stack };
  const inTurn = async () => {
    for (const group of [authzChecks, authChecks, loginChecks, systemCallChecks, commandChecks]) {
      await group(setting);
    }
  };
  // The checks of a token's end go on beside the others, since they wait for it.
  await Promise.all([expiryChecks(setting), inTurn()]);
  await outageChecks(setting);
} catch (error) {
  checks.fail("the checks run to their end", error);
}
process.exitCode = checks.finish();
