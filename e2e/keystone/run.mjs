// Starts a real Keystone and servers that ask it, lets every group of checks loose on them, and says in
// the end how many held.
import { createChecks } from "../lib/checks.mjs";
import { startKeystone } from "../lib/keystone.mjs";
import { startMariadb } from "../lib/mariadb.mjs";
import { authChecks } from "./auth.mjs";
import { authzChecks } from "./authz.mjs";
import { commandChecks } from "./commands.mjs";
import { TOKEN_SECONDS, expiryChecks } from "./expiry.mjs";
import { loginChecks } from "./login.mjs";
import { outageChecks } from "./outage.mjs";
import { systemCallChecks } from "./system-calls.mjs";

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
