// Glance, the server's workers and the database, killed while Glance takes in data.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";
import type { ImageApi } from "../lib/image-api.ts";
import { FORMATS, type Setting } from "./setting.ts";

/** `crashDatabase` kills the database and starts it again. */
export async function crashChecks(setting: Setting, crashDatabase: () => Promise<void>) {
  const {
    checks,
    on,
    glance,
    servers: [server],
    atGlance,
    atOurs,
  } = setting;
  const crashes = {
    Glance: async () => {
      await glance.kill();
      await glance.start();
    },
    "a worker of the server": () => {
      const children = readFileSync(`/proc/${server.child.pid}/task/${server.child.pid}/children`, "utf8");
      process.kill(Number(children.trim().split(" ")[0]), "SIGKILL");
    },
    "the database": crashDatabase,
  };
  for (const [what, crash] of Object.entries(crashes)) {
    for (const when of ["before", "after"]) {
      await checks.check(
        `${on}: with ${what} killed ${when} tags are changed during an upload, what was answered stays`,
        async () => {
          const id = await atGlance.create({ name: "killed", tags: ["kept", "gone"], ...FORMATS });
          const underWay = atGlance.startUpload(id);
          await until(async () => (await atOurs.show(id)).status === "saving");
          if (when === "before") await crash();
          await until(async () => [204, 404].includes(await atOurs.removeTag(id, "gone")));
          await until(async () => (await atOurs.addTag(id, "new")) === 204);
          if (when === "after") await crash();
          await underWay.finish().catch(() => undefined);
          for (const api of [atGlance, atOurs]) {
            // A connection that was kept to what was killed fails once.
            await until(async () => (await tagsOf(api, id)) !== undefined);
            assert.deepEqual(await tagsOf(api, id), ["kept", "new"]);
          }
        },
      );
    }
  }
}

function tagsOf(api: ImageApi, id: string): Promise<string[] | undefined> {
  return api.tags(id).catch(() => undefined);
}

/** What is killed comes back; until then requests fail. */
async function until(isDone: () => Promise<boolean>): Promise<void> {
  const deadline = performance.now() + 60_000;
  while (!(await isDone().catch(() => false))) {
    if (performance.now() > deadline) throw new Error("It did not come to that within a minute.");
    await delay(50);
  }
}
