// Tags change while Glance saves the same image.
import assert from "node:assert/strict";
import { setTimeout as delay } from "node:timers/promises";
import type { Checks } from "../lib/checks.ts";
import type { ImageApi } from "../lib/image-api.ts";

/** How callers reach the servers. */
export interface Way {
  readonly name: string;
  /** Where tags are changed. */
  readonly tags: ImageApi;
  /** Where all else is asked for. */
  readonly others: ImageApi;
  /** The same as an admin. */
  readonly admin: ImageApi;
}

const ROUNDS = 4;
const TAGS = 8;
const PATIENCE = 60_000;

const REMOVED = Array.from({ length: TAGS }, (_, index) => `old-${index}`);
const ADDED = Array.from({ length: TAGS }, (_, index) => `new-${index}`);
const IMAGE = { name: "a", disk_format: "raw", container_format: "bare", tags: ["kept", ...REMOVED] };

/** Makes Glance save an image while `change` runs, and gives the statuses that Glance answered. */
type Writer = (way: Way, id: string, change: () => Promise<void>) => Promise<number[]>;

const WRITERS: Readonly<Record<string, Writer>> = {
  "PATCH of the name": async ({ others }, id, change) => {
    const rename = async () => {
      const statuses: number[] = [];
      for (let turn = 0; turn < 12; turn += 1) {
        const patch = [{ op: "replace", path: "/name", value: `turn ${turn}` }];
        statuses.push((await others.patch(id, patch)).status);
      }
      return statuses;
    };
    const [statuses] = await Promise.all([rename(), change()]);
    return statuses;
  },
  "an upload": async ({ others }, id, change) => {
    const upload = others.startUpload(id);
    await reaches(others, id, "saving");
    await change();
    return [(await upload.finish()).status];
  },
  "an import": async ({ others }, id, change) => {
    const data = "d".repeat(2_000_000);
    const staged = await others.send("PUT", `/v2/images/${id}/stage`, data, "application/octet-stream");
    const method = { method: { name: "glance-direct" } };
    const imported = await others.send("POST", `/v2/images/${id}/import`, method);
    await change();
    await reaches(others, id, "active");
    return [staged.status, imported.status];
  },
  "deactivation and reactivation": async ({ others, admin }, id, change) => {
    const upload = others.startUpload(id);
    const statuses = [(await upload.finish()).status];
    const turn = async () => {
      for (let turns = 0; turns < 6; turns += 1) {
        for (const action of ["deactivate", "reactivate"])
          statuses.push((await admin.send("POST", `/v2/images/${id}/actions/${action}`)).status);
      }
    };
    await Promise.all([turn(), change()]);
    return statuses;
  },
};

export async function tagChangeChecks(checks: Checks, way: Way): Promise<void> {
  for (const [what, write] of Object.entries(WRITERS)) {
    await checks.check(
      `${way.name}: during ${what} no change of tags is undone, and nobody fails`,
      async () => {
        let undone = 0;
        let lost = 0;
        const statuses: number[] = [];
        for (let round = 0; round < ROUNDS; round += 1) {
          const id = await way.tags.create(IMAGE);
          statuses.push(...(await write(way, id, () => changeTags(way.tags, id))));
          const tags = await way.tags.tags(id);
          assert.ok(tags.includes("kept"), "The tag that nobody touched is gone.");
          undone += REMOVED.filter((tag) => tags.includes(tag)).length;
          lost += ADDED.filter((tag) => !tags.includes(tag)).length;
        }
        const changes = ROUNDS * TAGS;
        console.log(`    ${undone} of ${changes} removals undone, ${lost} of ${changes} additions lost`);
        assert.deepEqual({ undone, lost }, { undone: 0, lost: 0 });
        assert.deepEqual(
          statuses.filter((status) => status >= 400),
          [],
        );
      },
    );
  }

  await checks.check(`${way.name}: an image is deleted with its tags`, async () => {
    const id = await way.tags.create(IMAGE);
    const { status } = await way.others.send("DELETE", `/v2/images/${id}`);
    assert.equal(status, 204);
    assert.equal(await way.tags.removeTag(id, "kept"), 404);
  });
}

/** Removes and adds, one after the other, so that Glance's saves come between. */
async function changeTags(api: ImageApi, id: string): Promise<void> {
  for (const [index, tag] of REMOVED.entries()) {
    assert.equal(await api.removeTag(id, tag), 204, `the removal of ${tag}`);
    assert.equal(await api.addTag(id, String(ADDED[index])), 204, `the addition of ${ADDED[index]}`);
  }
}

async function reaches(api: ImageApi, id: string, status: string): Promise<void> {
  const deadline = performance.now() + PATIENCE;
  for (;;) {
    const now: unknown = (await api.show(id)).status;
    if (now === status) return;
    if (performance.now() > deadline) throw new Error(`The image stays ${String(now)}.`);
    await delay(50);
  }
}
