import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { request, type IncomingMessage } from "node:http";
import { setTimeout } from "node:timers/promises";
import { startServer } from "@imagetags/testing/server/start-server";
import { temporaryFolder, type TemporaryFolder } from "@imagetags/testing/temporary-folder";
import { describe, expect, it } from "vitest";
import { ask, makeImage } from "../../testing/api.ts";
import { CALLER_TOKENS, tokenOf } from "../../testing/test-server.ts";
import { beginUpload, READY, shown, untilStatus, upload } from "../../testing/upload.ts";

const MB = 1_000_000;

const filesOf = (folder: TemporaryFolder): string[] =>
  readdirSync(folder.at("data", "images")).filter((name) => !name.startsWith(".in-use."));

/** The most memory a process has had so far, in bytes. */
function peakMemory(pid: number): number {
  const kilobytes = /VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1];
  return Number(kilobytes) * 1024;
}

describe("a server with image data, as a process", () => {
  it.runIf(existsSync("/proc/self/status"))(
    "takes in and gives out 200 MB without ever holding them in memory",
    async () => {
      using folder = temporaryFolder();
      await using server = await startServer({ folder, tokens: CALLER_TOKENS });
      const imageId = await makeImage(server, READY);
      const chunk = Buffer.alloc(MB, "imagetags");
      const hash = createHash("md5");
      const before = peakMemory(server.pid);

      const begun = beginUpload(server, imageId, { length: 200 * MB });
      for (let sent = 0; sent < 200; sent += 1) {
        hash.update(chunk);
        if (!begun.request.write(chunk)) await new Promise((resolve) => begun.request.once("drain", resolve));
      }
      begun.request.end();
      expect((await begun.reply).status).toBe(204);
      const md5 = hash.digest("hex");
      expect(await shown(server, imageId)).toMatchObject({ size: 200 * MB, checksum: md5 });
      const uploaded = peakMemory(server.pid);

      const download = await slowDownload(server.port, imageId);
      expect(await download()).toEqual({ size: 200 * MB, md5 });
      const downloaded = peakMemory(server.pid);
      expect(uploaded - before).toBeLessThan(120 * MB);
      expect(downloaded - before).toBeLessThan(120 * MB);
    },
    120_000,
  );

  it("ends at once on SIGTERM after an upload that was refused before its end", async () => {
    using folder = temporaryFolder();
    const settings = { IMAGETAGS_IMAGE_SIZE_CAP: "1000" };
    await using server = await startServer({ folder, settings, tokens: CALLER_TOKENS });
    const begun = beginUpload(server, await makeImage(server, READY));
    begun.request.on("error", () => undefined).write(Buffer.alloc(3 * MB));
    expect((await begun.reply).status).toBe(413);
    begun.request.destroy();
    const start = performance.now();
    server.signal("SIGTERM");
    expect((await server.ended()).code).toBe(0);
    expect(performance.now() - start).toBeLessThan(10_000);
  });

  it("that is killed in the middle of an upload starts again with the image queued and nothing on the disk", async () => {
    using folder = temporaryFolder();
    let imageId: string;
    {
      await using server = await startServer({ folder, tokens: CALLER_TOKENS });
      imageId = await makeImage(server, READY);
      const begun = beginUpload(server, imageId, { length: 10 * MB });
      begun.reply.catch(() => undefined);
      begun.request.on("error", () => undefined);
      begun.request.write(Buffer.alloc(MB));
      await untilStatus(server, imageId, "saving");
      expect(filesOf(folder)).toEqual([expect.stringMatching(`^${imageId}\\..+\\.part$`)]);
      await server.kill();
      expect((await server.ended()).signal).toBe("SIGKILL");
      expect(filesOf(folder)).toHaveLength(1);
    }
    await using again = await startServer({ folder, tokens: CALLER_TOKENS });
    expect(await shown(again, imageId)).toMatchObject({ status: "queued", size: null });
    expect(filesOf(folder)).toEqual([]);
    expect((await upload(again, imageId, "hello")).status).toBe(204);
  });

  it("keeps what it has answered with 204 when it is killed right after", async () => {
    using folder = temporaryFolder();
    let imageId: string;
    {
      await using server = await startServer({ folder, tokens: CALLER_TOKENS });
      imageId = await makeImage(server, READY);
      expect((await upload(server, imageId, "hello")).status).toBe(204);
      await server.kill();
    }
    await using again = await startServer({ folder, tokens: CALLER_TOKENS });
    expect(await ask(again, "GET", `/v2/images/${imageId}/file`)).toMatchObject({
      status: 200,
      body: "hello",
    });
  });

  it("tells that there is no room with 413, leaves the image queued and nothing on the disk, and goes on", async () => {
    using folder = temporaryFolder();
    await using server = await startServer({ folder, tokens: CALLER_TOKENS, fileLimit: 4_000 });
    const imageId = await makeImage(server, READY);
    const { status, body } = await upload(server, imageId, Buffer.alloc(8 * MB));
    expect(status).toBe(413);
    expect(JSON.parse(body).error.message).toBe(
      "Image storage media is full: There is not enough disk space on the image storage media.",
    );
    expect(await shown(server, imageId)).toMatchObject({ status: "queued", size: null });
    expect(filesOf(folder)).toEqual([]);
    expect((await upload(server, imageId, "hello")).status).toBe(204);
  });

  it("that is told to stop finishes the transfers under way first, and takes no others", async () => {
    using folder = temporaryFolder();
    await using server = await startServer({ folder, tokens: CALLER_TOKENS });
    const coming = await makeImage(server, READY);
    const going = await makeImage(server, READY);
    expect((await upload(server, going, Buffer.alloc(20 * MB))).status).toBe(204);
    const begun = beginUpload(server, coming, { length: 10 });
    begun.request.write("hello");
    await untilStatus(server, coming, "saving");
    const download = await slowDownload(server.port, going);

    server.child.kill("SIGTERM");
    const stopped = server.ended();
    await setTimeout(300);
    await expect(ask(server, "GET", "/versions")).rejects.toThrow("ECONNREFUSED");
    begun.request.end("world");
    expect((await begun.reply).status).toBe(204);
    expect(await download()).toMatchObject({ size: 20 * MB });
    expect((await stopped).code).toBe(0);
    expect(filesOf(folder).toSorted()).toEqual([`${coming}.img`, `${going}.img`].toSorted());
  });
});

/** Begins a download and reads it later than the server could send it. */
async function slowDownload(
  port: number,
  imageId: string,
): Promise<() => Promise<{ size: number; md5: string }>> {
  const headers = { "X-Auth-Token": tokenOf("ALPHA_MEMBER"), Connection: "close" };
  const reply = await new Promise<IncomingMessage>((resolve, reject) => {
    const sent = request({ host: "127.0.0.1", port, path: `/v2/images/${imageId}/file`, headers }, resolve);
    sent.on("error", reject).end();
  });
  return async () => {
    const hash = createHash("md5");
    let size = 0;
    await setTimeout(1_000);
    for await (const chunk of reply) {
      size += chunk.length;
      hash.update(chunk);
    }
    return { size, md5: hash.digest("hex") };
  };
}
