// Fronts that are killed while an upload passes through them. Glance then takes the image back to where it was.
import assert from "node:assert/strict";
import { setTimeout as delay } from "node:timers/promises";
import type { ServerProcess } from "@imagetags/testing/server/start-server";
import { imageApi, type ImageApi } from "../lib/image-api.ts";
import { FORMATS, type Setting } from "../guard/setting.ts";

const PATIENCE = 60_000;

/** An upload through a front that is to be killed, between two of its steps. */
interface Moment {
  readonly when: string;
  /** What has been done of the upload. */
  readonly before: "nothing" | "part" | "all";
  /** Whether the tags are changed before the front is killed, at it, or afterwards, at the other. */
  readonly change: "before" | "after";
  /** How long the front lives on unless it answers, in milliseconds. */
  readonly pause?: number;
}

const MOMENTS: readonly Moment[] = [
  { when: "before Glance has begun, and tags are changed afterwards", before: "nothing", change: "after" },
  { when: "in the middle, and tags are changed afterwards", before: "part", change: "after" },
  { when: "in the middle, after it has changed tags", before: "part", change: "before" },
  ...[0, 10, 20].flatMap((pause): Moment[] => [
    {
      when: `${pause} ms after the last byte, and tags are changed afterwards`,
      before: "all",
      change: "after",
      pause,
    },
    {
      when: `${pause} ms after the last byte, after it has changed tags`,
      before: "all",
      change: "before",
      pause,
    },
  ]),
];

/** `startFront` starts one more; the setting's are left alive. */
export async function killedFrontChecks(
  { checks, token, atGlance, atOurs }: Setting,
  startFront: () => Promise<ServerProcess>,
): Promise<void> {
  for (const { when, before, change, pause = 0 } of MOMENTS) {
    await checks.check(`with the front of an upload killed ${when}, what was answered stays`, async () => {
      await using front = await startFront();
      const doomed = imageApi("the killed front", front.url, token);
      const id = await atGlance.create({ name: "killed", tags: ["kept", "gone"], ...FORMATS });
      const underWay = doomed.startUpload(id);
      if (before !== "nothing") await becomes(atGlance, id, ["saving"]);
      if (change === "before") await changeTags(doomed, id);
      const answer = before === "all" ? underWay.finish() : undefined;
      // It may be answered just before.
      const end = answer?.then(
        ({ status }) => `answered ${status}`,
        () => "not answered",
      );
      if (end !== undefined) await Promise.race([end, delay(pause)]);
      await front.kill();
      const upload = (await end) ?? "not sent to its end";
      if (change === "after") await changeTags(atOurs, id);
      // A removal that was answered 204 is not answered 204 again.
      assert.equal(await atOurs.removeTag(id, "gone"), 404);
      const { status } = await becomes(atGlance, id, ["queued", "active"]);
      assert.deepEqual(await atGlance.tags(id), ["kept", "new"]);
      if (status === "queued") {
        assert.equal((await atGlance.startUpload(id).finish()).status, 204);
        await becomes(atGlance, id, ["active"]);
      }
      for (const api of [atGlance, atOurs]) assert.deepEqual(await api.tags(id), ["kept", "new"]);
      console.log(`    the upload was ${upload}, the image ${status} afterwards`);
    });
  }
}

async function changeTags(api: ImageApi, id: string): Promise<void> {
  assert.deepEqual([await api.removeTag(id, "gone"), await api.addTag(id, "new")], [204, 204]);
}

async function becomes(api: ImageApi, id: string, wanted: readonly string[]): Promise<{ status: string }> {
  const deadline = performance.now() + PATIENCE;
  for (;;) {
    const { status } = await api.show(id);
    if (wanted.includes(status)) return { status };
    if (performance.now() > deadline) throw new Error(`The image stays ${status}.`);
    await delay(20);
  }
}
