// Runs tempest's tests of the Image API through the front. Glance has all of its features on that tempest tests. With
// --at glance the tests are run at Glance itself, and held to the same list; with --write the front's part of
// docs/compatibility.md is written and not compared.
import { parseArgs } from "node:util";
import { startGlance } from "@imagetags/testing/glance/start-glance";
import { runToEnd } from "@imagetags/testing/processes/run-to-end";
import { runServer } from "@imagetags/testing/server/start-server";
import { temporaryFolder } from "@imagetags/testing/temporary-folder";
import { startBesideGlance } from "../lib/beside-glance.ts";
import { createChecks } from "../lib/checks.ts";
import { holdToServed, holdToWhatIsServed, type Suite } from "../lib/compatibility.ts";
import { runTempest } from "../tempest/lib/run-tempest.ts";
import { glanceOfAllFeatures, glanceOfOneStore, tempestSettings } from "./glance-of-all-features.ts";
import { NOT_PASSED_AT_GLANCE } from "./not-passed-at-glance.ts";
import { startFilesServer } from "./lib/start-files-server.ts";

const PREFIX = "tempest.api.image.v2.";
const PLAIN_IMPORTS = "test_images.ImportImagesTest.";

const { values } = parseArgs({
  options: { at: { type: "string", default: "front" }, write: { type: "boolean", default: false } },
});
if (values.at !== "front" && values.at !== "glance")
  throw new Error(`--at is front or glance, and not ${values.at}.`);
const atGlance = values.at === "glance";

const checks = createChecks();
try {
  using folder = temporaryFolder("tempest-front");
  await using web = await startFilesServer();
  await using beside = await startBesideGlance(
    (databaseUrl, glanceUrl) => ({
      IMAGETAGS_DATABASE_URL: databaseUrl,
      IMAGETAGS_GLANCE_URL: glanceUrl,
      IMAGETAGS_LOG_LEVEL: "warn",
    }),
    glanceOfAllFeatures(folder.at("cache")),
  );
  const { mariadb, keystone, glance, server } = beside;
  await glance.manage("db_load_metadefs");
  await using ofOneStore = await startGlance({
    mariadb,
    keystone,
    database: "one_store",
    workers: 1,
    settings: glanceOfOneStore(folder.at("second-cache")),
  });
  await using itsFront = await beside.serve({
    IMAGETAGS_DATABASE_URL: mariadb.url(ofOneStore.database),
    IMAGETAGS_GLANCE_URL: ofOneStore.url,
  });
  const guards = atGlance ? [] : [glance.database, ofOneStore.database];
  for (const database of guards) {
    const settings = { IMAGETAGS_DATABASE_URL: mariadb.url(database) };
    const { code } = await runServer(["guard", "on", "--yes"], settings, folder.path);
    if (code !== 0) throw new Error("The guard is not on.");
  }
  const place = (front: string, itself: string) => (atGlance ? itself : front);
  // A Glance fetches from the Glance that the catalog calls `image`, and tempest has it fetch from itself.
  await keystone.registerService({
    type: "image",
    name: "glance of one store",
    url: place(itsFront.url, ofOneStore.url),
  });
  await keystone.registerService({
    type: "image-of-stores",
    name: "glance",
    url: place(server.url, glance.url),
  });

  const further = tempestSettings(web.url);
  const most = await runTempest(keystone, PREFIX, {
    further: { ...further, image: { ...further["image"], catalog_type: "image-of-stores" } },
    except: PLAIN_IMPORTS,
  });
  const imports = await runTempest(keystone, `${PREFIX}${PLAIN_IMPORTS}`, { further });
  const outcomes = [
    ...most,
    ...imports.map((outcome) => ({ ...outcome, name: `${PLAIN_IMPORTS}${outcome.name}` })),
  ].toSorted((one, other) => (one.name < other.name ? -1 : 1));
  const version = (await runToEnd("tempest", ["--version"])).trim().replace("tempest ", "");
  const suite: Suite = {
    heading: "tempest, in front of Glance",
    run: "tempest-front",
    about:
      `tempest ${version} on this server in front of a real Glance, both as Debian packages them, on MariaDB with a real Keystone. ` +
      "That Glance has several stores, import, locations, a cache and metadata definitions, and tempest is told so.",
    prefix: PREFIX,
    outcomes,
    notServed: NOT_PASSED_AT_GLANCE,
    unserved: "are not passed by that Glance itself",
    whatIsNot: "what that Glance does not pass",
  };
  if (atGlance) await holdToServed(checks, suite);
  else await holdToWhatIsServed(checks, suite);
} catch (error) {
  checks.fail("the tests run to their end", error);
}
process.exitCode = checks.finish();
