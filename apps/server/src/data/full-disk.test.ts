import { execFileSync } from "node:child_process";
import { mkdirSync, readdirSync } from "node:fs";
import { temporaryFolder } from "@imagetags/testing/temporary-folder";
import { afterAll, expect, test } from "vitest";
import { ask, errorIn, makeImage } from "../testing/api.ts";
import { startTestServer } from "../testing/test-server.ts";
import { READY, shown, upload } from "../testing/upload.ts";

const folder = temporaryFolder();
const disk = folder.at("disk");
const mounted = mount();

/** A file system of 40 MB, where this process may make one. */
function mount(): boolean {
  mkdirSync(disk);
  try {
    execFileSync("mount", ["-t", "tmpfs", "-o", "size=40m", "tmpfs", disk], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}

afterAll(() => {
  if (mounted) execFileSync("umount", [disk]);
  folder[Symbol.dispose]();
});

test.skipIf(!mounted)("an upload that fills the disk leaves room for everything but data", async () => {
  const env = { IMAGETAGS_DATABASE_URL: `sqlite:${disk}/images.db`, IMAGETAGS_DATA_DIR: disk };
  const size = 1024 * 1024;
  {
    await using server = await startTestServer({ env });
    const tagged = await makeImage(server, { tags: Array.from({ length: 100 }, (_, index) => `t${index}`) });
    const filling = await makeImage(server, READY);
    expect((await upload(server, filling, Buffer.alloc(30 * size))).status).toBe(204);

    // A known length is refused at once, and an unknown one when the room has gone.
    const known = await makeImage(server, READY);
    const refused = await upload(server, known, Buffer.alloc(20 * size));
    expect([refused.status, refused.body]).toEqual([413, expect.stringContaining('"storage-full"')]);
    const body = "x".repeat(20 * size);
    const unknown = await makeImage(server, READY);
    const headers = [["Content-Type", "application/octet-stream"]] as const;
    const file = `/v2/images/${unknown}/file`;
    expect(errorIn(await ask(server, "PUT", file, { headers, body, chunked: true })).message).toBe(
      "Image storage media is full: There is not enough disk space on the image storage media.",
    );
    for (const imageId of [known, unknown]) {
      expect((await shown(server, imageId))["status"]).toBe("queued");
    }
    expect(readdirSync(`${disk}/images`).filter((name) => name.endsWith(".part"))).toEqual([]);

    for (let index = 0; index < 100; index += 1) {
      const removed = await ask(server, "DELETE", `/v2/images/${tagged}/tags/t${index}`);
      expect(removed.status).toBe(204);
    }
    expect((await ask(server, "DELETE", `/v2/images/${tagged}`)).status).toBe(204);
  }
  await using again = await startTestServer({ env });
  const [filling] = readdirSync(`${disk}/images`).filter((name) => name.endsWith(".img"));
  const imageId = filling?.replace(".img", "");
  expect((await ask(again, "DELETE", `/v2/images/${imageId}`)).status).toBe(204);
  const next = await makeImage(again, READY);
  expect((await upload(again, next, Buffer.alloc(20 * size))).status).toBe(204);
});
