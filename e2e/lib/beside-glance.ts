import { startMariadb } from "@imagetags/testing/databases/start-mariadb";
import { startGlance } from "@imagetags/testing/glance/start-glance";
import { startKeystone } from "@imagetags/testing/keystone/start-keystone";
import { startServer } from "@imagetags/testing/server/start-server";

/**
 * Starts a real Keystone and a real Glance on one MariaDB, and the built server, which asks the same Keystone; `await
 * using` stops them. `settings` are further ones of the server, given the URLs of Glance's database and of Glance;
 * `glanceSettings` are further ones of Glance, by section. `serve` starts another such server.
 */
export async function startBesideGlance(
  settings: (databaseUrl: string, glanceUrl: string) => Record<string, string> = () => ({}),
  glanceSettings: Record<string, Record<string, string | number>> = {},
) {
  await using started = new AsyncDisposableStack();
  const mariadb = started.use(await startMariadb());
  const keystone = started.use(await startKeystone({ mariadb }));
  const glance = started.use(await startGlance({ mariadb, keystone, settings: glanceSettings }));
  const service = await keystone.serviceUser("imagetags");
  const serve = (further: Record<string, string> = {}) =>
    startServer({
      settings: {
        IMAGETAGS_AUTH: "keystone",
        ...service.environment,
        ...settings(mariadb.url(glance.database), glance.url),
        ...further,
      },
    });
  const server = started.use(await serve());
  const all = started.move();
  return { mariadb, keystone, glance, server, serve, [Symbol.asyncDispose]: () => all.disposeAsync() };
}
