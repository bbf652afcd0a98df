import { existsSync } from "node:fs";
import { startGlance } from "../../e2e/lib/glance.mjs";
import { startKeystone } from "../../e2e/lib/keystone.mjs";
import { startMariadb } from "../../e2e/lib/mariadb.mjs";
import { startServer } from "./child-server.mjs";
import { newToken } from "./contestants.mjs";
import { serverOn } from "./database-contestants.mjs";
import { removalsOf } from "./requests.mjs";
import { sendAll } from "./send-all.mjs";
import { median } from "./statistics.mjs";
import { tempFolder } from "./temp-folder.mjs";

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
 * @param {{ rounds: number, glanceImages: number, ourImages: number }} plan
 * @param {AsyncDisposableStack} stack
 */
export async function compareWithGlance({ rounds, glanceImages, ourImages }, stack) {
  const mariadb = stack.use(await startMariadb());
  const keystone = stack.use(await startKeystone({ mariadb }));
  const person = await keystone.user({ project: "bench", roles: ["member"] });
  const glance = stack.use(await startGlance({ mariadb, keystone, workers: WORKERS }));
  const folder = tempFolder(stack);
  const token = newToken();
  const program = serverOn(folder, token, mariadb.url(glance.database), WORKERS, person.project.id);
  const ours = await startServer(program, folder, stack);
  const port = Number(new URL(glance.url).port);
  const rates = { glance: /** @type {number[]} */ ([]), ours: /** @type {number[]} */ ([]) };
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

/**
 * Makes images that Glance shows as well.
 * @param {number} port
 * @param {string} token
 * @param {number} count
 */
async function makeImages(port, token, count) {
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
