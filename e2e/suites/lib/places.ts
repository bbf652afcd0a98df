import { startGlance } from "@imagetags/testing/glance/start-glance";
import { startMariadb } from "@imagetags/testing/databases/start-mariadb";
import { startKeystone } from "@imagetags/testing/keystone/start-keystone";
import type { Environment, Person } from "@imagetags/testing/keystone/people";
import { startServer } from "@imagetags/testing/server/start-server";
import { temporaryFolder } from "@imagetags/testing/temporary-folder";

/** Where a suite is run: an Image API, which is a region of the catalog, with people of projects that are its own. */
export interface Place {
  readonly name: "a real Glance" | "the server alone" | "the server in front of Glance";
  /** Of the Image API's root, without a version. */
  readonly url: string;
  /** The settings of whoever acts, as `OS_*`. */
  readonly owner: Environment;
  /** Those of somebody in another project, as `MEMBER_*`, with `MEMBER_PROJECT_ID`. */
  readonly member: Environment;
  /** Those of the cloud's admin, as `OS_*`. */
  readonly admin: Environment;
  /** A new one of that admin. */
  readonly adminToken: () => Promise<string>;
  /** An empty folder for what programs write. */
  readonly folder: string;
}

/** The three places: Glance, the server alone on SQLite, and the server in front of that Glance. One Keystone has all. */
export interface Places extends AsyncDisposable {
  readonly glance: Place;
  readonly alone: Place;
  readonly front: Place;
}

/** Starts them. */
export async function startPlaces(): Promise<Places> {
  await using started = new AsyncDisposableStack();
  const mariadb = started.use(await startMariadb());
  const keystone = started.use(await startKeystone({ mariadb }));
  const service = await keystone.serviceUser("imagetags");
  // On a busy machine Keystone is slow, which no suite is about.
  const patience = { IMAGETAGS_KEYSTONE_CONNECT_TIMEOUT: "30", IMAGETAGS_KEYSTONE_TIMEOUT: "60" };
  const asking = {
    IMAGETAGS_AUTH: "keystone",
    IMAGETAGS_LOG_LEVEL: "warn",
    ...patience,
    ...service.environment,
  };
  const glance = started.use(await startGlance({ mariadb, keystone }));
  const alone = started.use(await startServer({ settings: asking }));
  const front = started.use(
    await startServer({
      settings: {
        ...asking,
        IMAGETAGS_DATABASE_URL: mariadb.url(glance.database),
        IMAGETAGS_GLANCE_URL: glance.url,
      },
    }),
  );

  async function place(name: Place["name"], region: string, url: string): Promise<Place> {
    await keystone.registerService({ type: "image", name: `image-${region}`, url, region });
    const settings = ({ environment }: Person) => ({ ...environment, OS_REGION_NAME: region });
    const owner = await keystone.user({ project: `owners-${region}`, roles: ["member"] });
    const member = await keystone.user({ project: `others-${region}`, roles: ["member"] });
    const ofMember = Object.entries(settings(member)).map(([setting, value]) => [
      setting.replace("OS_", "MEMBER_"),
      value,
    ]);
    return {
      name,
      url,
      owner: settings(owner),
      member: { ...Object.fromEntries(ofMember), MEMBER_PROJECT_ID: member.project.id },
      admin: settings(keystone.admin),
      adminToken: () => keystone.admin.token(),
      folder: started.use(temporaryFolder(region)).path,
    };
  }
  const places = {
    glance: await place("a real Glance", "glance", glance.url),
    alone: await place("the server alone", "alone", alone.url),
    front: await place("the server in front of Glance", "front", front.url),
  };
  const owned = started.move();
  return { ...places, [Symbol.asyncDispose]: () => owned.disposeAsync() };
}
