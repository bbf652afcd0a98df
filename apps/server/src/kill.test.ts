import { request, Agent } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { MEMBER_TOKEN, startKnowing, type ServerProcess } from "@imagetags/testing/server/start-server";
import { temporaryFolder } from "@imagetags/testing/temporary-folder";
import Database from "better-sqlite3";
import { expect, test } from "vitest";
import { rawRequest } from "./testing/raw-request.ts";

const ROUNDS = 3;
const CONNECTIONS = 16;
/** The answered removals after which a round ends in the midst of its work. */
const ANSWERS_BEFORE_KILL = 200;

/** A tag on one of the images. */
interface Target {
  readonly imageId: string;
  readonly tag: string;
}

test("a server killed under load has lost no removal that it answered 204, and done none that was not asked for", async () => {
  using folder = temporaryFolder();
  const path = folder.at("data", "imagetags.db");
  const settings = { IMAGETAGS_TAG_QUOTA: "-1", IMAGETAGS_LOG_LEVEL: "error" };
  const all: Target[] = [];

  for (let round = 1; round <= ROUNDS; round += 1) {
    await using server = await startKnowing(folder, settings);
    if (round === 1) all.push(...(await makeImages(server)));
    const left = liveTargets(path);
    const { answered, asked } = await removeUntilKilled(
      server,
      all.filter((target) => left.has(nameOf(target))),
    );

    const live = liveTargets(path);
    const lost = answered.filter((target) => live.has(nameOf(target)));
    const unasked = all.filter((target) => left.has(nameOf(target)) && !asked.has(target));
    const undone = unasked.filter((target) => !live.has(nameOf(target)));
    process.stdout.write(
      `kill -9, round ${round}: ${answered.length} removals answered 204, ${lost.length} of them lost; ` +
        `${asked.size - answered.length} under way; ${unasked.length} not asked for, ${undone.length} of them done\n`,
    );
    expect(answered.length).toBeGreaterThanOrEqual(ANSWERS_BEFORE_KILL);
    expect(unasked.length).toBeGreaterThan(0);
    expect({ lost, undone }).toEqual({ lost: [], undone: [] });
  }

  // What the next server shows is what the file holds.
  await using server = await startKnowing(folder, settings);
  const live = liveTargets(path);
  for (const target of [
    all.find((one) => live.has(nameOf(one))),
    all.find((one) => !live.has(nameOf(one))),
  ]) {
    if (target === undefined) throw new Error("Every round left tags and removed some.");
    const url = `/v2/images/${target.imageId}/tags/${target.tag}`;
    const reply = await rawRequest(server.port, {
      method: "DELETE",
      path: url,
      headers: [["X-Auth-Token", MEMBER_TOKEN]],
    });
    expect(reply.status).toBe(live.has(nameOf(target)) ? 204 : 404);
  }
}, 60_000);

/** Makes images with many tags. */
async function makeImages(server: ServerProcess): Promise<Target[]> {
  const targets: Target[] = [];
  for (let image = 0; image < 6; image += 1) {
    const imageId = `00000000-0000-4000-8000-00000000000${image}`;
    const tags = Array.from({ length: 400 }, (_, index) => `tag-${index}`);
    const reply = await rawRequest(server.port, {
      method: "POST",
      path: "/v2/images",
      headers: [["X-Auth-Token", MEMBER_TOKEN]],
      body: JSON.stringify({ id: imageId, tags }),
    });
    expect(reply.status).toBe(201);
    targets.push(...tags.map((tag) => ({ imageId, tag })));
  }
  return targets;
}

/** Removes tags over many connections, and kills the server somewhere in between. */
async function removeUntilKilled(
  server: ServerProcess,
  targets: readonly Target[],
): Promise<{ answered: Target[]; asked: Set<Target> }> {
  const agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS });
  const asked = new Set<Target>();
  const answered: Target[] = [];
  let isKilled = false;
  const queue = targets.values();
  const connections = Array.from({ length: CONNECTIONS }, async () => {
    for (const target of queue) {
      asked.add(target);
      const status = await remove(agent, server.port, target);
      if (status !== undefined) {
        expect(status).toBe(204);
        answered.push(target);
      }
      if (isKilled) return;
    }
  });
  while (answered.length < ANSWERS_BEFORE_KILL) await sleep(1);
  // The time is anywhere in the cycle of gathering, writing, committing and answering.
  await sleep(Math.random() * 10);
  isKilled = true;
  server.child.kill("SIGKILL");
  await Promise.all(connections);
  agent.destroy();
  expect((await server.ended()).signal).toBe("SIGKILL");
  return { answered, asked };
}

/** The status of the reply, or `undefined` when none came. */
function remove(agent: Agent, port: number, { imageId, tag }: Target): Promise<number | undefined> {
  return new Promise((resolve) => {
    const path = `/v2/images/${imageId}/tags/${tag}`;
    const headers = { "X-Auth-Token": MEMBER_TOKEN };
    const sent = request({ agent, host: "127.0.0.1", port, method: "DELETE", path, headers }, (reply) => {
      reply.resume();
      reply.once("close", () => resolve(reply.statusCode));
    });
    sent.once("error", () => resolve(undefined));
    sent.end();
  });
}

/** The names of the live tags in the file, which must be sound. */
function liveTargets(path: string): Set<string> {
  const database = new Database(path);
  try {
    expect(database.pragma("integrity_check", { simple: true })).toBe("ok");
    const rows = database.prepare<[], Target>(
      "SELECT image_id AS imageId, value AS tag FROM image_tags WHERE deleted = 0",
    );
    return new Set(rows.all().map(nameOf));
  } finally {
    database.close();
  }
}

function nameOf({ imageId, tag }: Target): string {
  return `${imageId}/${tag}`;
}
