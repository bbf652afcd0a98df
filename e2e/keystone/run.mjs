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
  // Beside the others, since it waits for a token to end.
  const expiry = expiryChecks(setting);
  for (const group of [authzChecks, authChecks, loginChecks, systemCallChecks, commandChecks]) {
    await group(setting);
  }
  await expiry;
  await outageChecks(setting);
} catch (error) {
  checks.fail("the checks run to their end", error);
}
process.exitCode = checks.finish();
