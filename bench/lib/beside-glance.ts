import { existsSync } from "node:fs";
import { startGlance } from "@imagetags/testing/glance/start-glance";
import { startKeystone } from "@imagetags/testing/keystone/start-keystone";
import { startMariadb } from "@imagetags/testing/databases/start-mariadb";
import { startServer } from "@imagetags/testing/server/start-server";
import { newToken } from "./contestants.ts";
import { serverOn } from "./database-contestants.ts";
import { removalsOf } from "./requests.ts";
import { sendAll } from "./send-all.ts";
import { median } from "./statistics.ts";

const CONNECTIONS = 32;
/** Few enough that the requests under way are for different images: Glance loses changes of one image. */
const TAGS_PER_IMAGE = 4;
const WORKERS = 2;

/** Whether this machine has what {@link compareWithGlance} starts. */
export const HAS_GLANCE = ["/usr/bin/glance-api", "/usr/bin/keystone-manage"].every((path) =>
  existsSync(path),
);

/**
 * Measures the removals per second of real Glance and of this server, in turn, on the one database that
 * Glance made: 32 connections, two processes each.
 */
export async function compareWithGlance(
  { rounds, glanceImages, ourImages }: { rounds: number; glanceImages: number; ourImages: number },
  stack: AsyncDisposableStack,
) {
  const mariadb = stack.use(await startMariadb());
  const keystone = stack.use(await startKeystone({ mariadb }));
  const person = await keystone.user({ project: "bench", roles: ["member"] });
  const glance = stack.use(await startGlance({ mariadb, keystone, workers: WORKERS }));
  const token = newToken();
  const program = serverOn(token, mariadb.url(glance.database), WORKERS, person.project.id);
  const ours = stack.use(await startServer(program));
  const port = Number(new URL(glance.url).port);
  const rates = { glance: [] as number[], ours: [] as number[] };
  const glanceToken = await person.token();
  for (let round = 0; round <= rounds; round += 1) {
    const ofGlance = removalsOf(await makeImages(ours.port, token, glanceImages), glanceToken);
    const byGlance = await sendAll(port, ofGlance, CONNECTIONS);
    const ofOurs = removalsOf(await makeImages(ours.port, token, ourImages), token);
    const byOurs = await sendAll(ours.port, ofOurs, CONNECTIONS);
    // The first round warms up.
    if (round === 0) continue;
    rates.glance.push(byGlance.done / byGlance.seconds);
    rates.ours.push(byOurs.done / byOurs.seconds);
  }
  return {
    glance: median(rates.glance),
    ours: median(rates.ours),
    workers: WORKERS,
    connections: CONNECTIONS,
  };
}

/** Makes images that Glance shows as well. */
async function makeImages(port: number, token: string, count: number) {
  const tags = Array.from({ length: TAGS_PER_IMAGE }, (_, index) => `build-${index}`);
  const images = [];
  for (let made = 0; made < count; made += 1) {
    const reply = await fetch(`http://127.0.0.1:${port}/v2/images`, {
      method: "POST",
      headers: { "X-Auth-Token": token, "Content-Type": "application/json" },
      body: JSON.stringify({ name: "bench", tags }),
    });
    const text = await reply.text();
    if (reply.status !== 201) throw new Error(`seeding: ${reply.status} ${text}`);
    images.push({ id: String(JSON.parse(text).id), tags });
  }
  return images;
}
