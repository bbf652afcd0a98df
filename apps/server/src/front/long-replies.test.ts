import { hash, randomBytes } from "node:crypto";
import { Agent, get, type IncomingMessage } from "node:http";
import { setImmediate as turn } from "node:timers/promises";
import { startGlanceStandIn, type GlanceStandIn } from "@imagetags/testing/glance/stand-in-glance";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startTestServer, type TestServer } from "../testing/test-server.ts";

const MB = 1024 * 1024;

let glance: GlanceStandIn;
let front: TestServer;

beforeAll(async () => {
  glance = await startGlanceStandIn();
  front = await startTestServer({ env: { IMAGETAGS_GLANCE_URL: glance.url } });
});

afterAll(async () => {
  await front[Symbol.asyncDispose]();
  await glance[Symbol.asyncDispose]();
});

/** What a caller received: how much, its hash, whether it looked whole, and on which connection. */
async function download(path: string, { agent, isSlow = false }: { agent?: Agent; isSlow?: boolean } = {}) {
  const reply = await new Promise<IncomingMessage>((resolve, reject) => {
    get({ port: front.port, path, ...(agent === undefined ? {} : { agent }) }, resolve).once("error", reject);
  });
  const { localPort } = reply.socket;
  const chunks: Buffer[] = [];
  let isWhole = true;
  try {
    for await (const chunk of reply) {
      chunks.push(chunk as Buffer);
      if (isSlow) for (let time = 0; time < 5; time += 1) await turn();
    }
  } catch {
    isWhole = false;
  }
  const bytes = Buffer.concat(chunks);
  return { length: bytes.length, sha256: hash("sha256", bytes), isWhole, localPort };
}

/** Has Glance give images of random bytes at their paths. */
function giveImages(lengths: Readonly<Record<string, number>>): ReadonlyMap<string, Buffer> {
  const images = new Map(Object.entries(lengths).map(([path, length]) => [path, randomBytes(length)]));
  glance.play((request, response) => {
    const image = images.get(request.url ?? "");
    response.writeHead(200, { "Content-Length": image?.length ?? 0 }).end(image);
  });
  return images;
}

test("long replies to several callers at once, some of them slow, arrive byte for byte", async () => {
  const images = giveImages({
    "/a": 9 * MB + 1,
    "/b": 8 * MB,
    "/c": MB,
    "/d": MB - 1,
    "/e": 20 * MB,
    "/f": 70_000,
  });
  const received = await Promise.all(
    [...images].flatMap(([path, image]) =>
      [true, false].map(async (isSlow) => ({ ...(await download(path, { isSlow })), path, image })),
    ),
  );
  for (const { path, image, length, sha256, isWhole } of received) {
    expect([path, length, sha256, isWhole]).toEqual([path, image.length, hash("sha256", image), true]);
  }
});

test("the caller's connection goes on after a long reply", async () => {
  const images = giveImages({ "/a": 5 * MB, "/b": 100, "/c": 6 * MB });
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const ports = new Set<number | undefined>();
  for (const [path, image] of [...images, ...images]) {
    const { sha256, localPort } = await download(path, { agent });
    expect([path, sha256]).toEqual([path, hash("sha256", image)]);
    ports.add(localPort);
  }
  expect(ports.size).toBe(1);
  agent.destroy();
});

test.each([true, false])(
  "a Glance that dies late in a long reply (reset: %s) leaves it cut off",
  async (isReset) => {
    const image = randomBytes(6 * MB);
    glance.play((_, response) => {
      response.writeHead(200, { "Content-Length": 8 * MB });
      response.write(
        image,
        () => void (isReset ? response.socket?.resetAndDestroy() : response.socket?.end()),
      );
    });
    const { length, isWhole } = await download("/dies");
    expect([isWhole, length <= image.length]).toEqual([false, true]);
  },
);

test("what Glance sends beyond the length of a long reply goes to nobody", async () => {
  const image = randomBytes(4 * MB);
  glance.play((_, response) => {
    response.writeHead(200, { "Content-Length": 4 * MB });
    response.write(image);
    response.socket?.write("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil".repeat(100));
  });
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  for (let time = 0; time < 2; time += 1) {
    expect(await download("/beyond", { agent })).toMatchObject({
      sha256: hash("sha256", image),
      isWhole: true,
    });
  }
  agent.destroy();
});
