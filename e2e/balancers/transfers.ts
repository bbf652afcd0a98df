// Image data on its way to Glance and back.
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { setTimeout as delay } from "node:timers/promises";
import { TOKEN } from "../lib/image-requests.ts";
import { headOf, readReply, openConnection } from "../lib/raw-exchange.ts";
import { arrivedOf, PART, STANDSTILL } from "./played-glance.ts";
import type { Scene } from "./setting.ts";

/** How long something that must come is waited for, in milliseconds. */
const PATIENCE = 30_000;

export async function transferChecks({ checks, balancer, glance, ca }: Scene): Promise<void> {
  const { file } = balancer.configuration;
  /** Sends the head of a request for image data. */
  const begin = async (method: "GET" | "PUT", play: string, length = 0) => {
    const check = randomUUID();
    const headers: [string, string][] = [
      ["X-Auth-Token", TOKEN],
      ["X-Check", check],
      ["X-Play", play],
    ];
    if (method === "PUT")
      headers.push(["Content-Type", "application/octet-stream"], ["Content-Length", String(length)]);
    const socket = await openConnection({ port: balancer.port, ca });
    socket.write(headOf({ method, target: `/v2/images/${randomUUID()}/file`, headers }));
    return { socket, arrived: () => arrivedOf(glance, check)[0] };
  };

  await checks.check(`${file}: a transfer may stand still, and Glance may think`, async () => {
    const thinks = await begin("PUT", "think long", 4);
    thinks.socket.write("data");
    const stands = await begin("PUT", "take", 2 * PART.length);
    stands.socket.write(PART);
    await until(() => (stands.arrived()?.body.length ?? 0) > 0);
    const replies = [readReply(thinks.socket), readReply(stands.socket)];
    await delay(STANDSTILL);
    stands.socket.write(PART);
    const statuses = (await Promise.all(replies)).map(({ status }) => status);
    assert.deepEqual(statuses, [200, 200]);
    assert.equal(stands.arrived()?.body.length, 2 * PART.length);
  });

  await checks.check(`${file}: what the caller breaks off is broken off at Glance`, async () => {
    const { socket, arrived } = await begin("PUT", "never answer", 2 * PART.length);
    socket.write(PART);
    await until(() => arrived() !== undefined);
    socket.destroy();
    await until(() => arrived()?.ended !== undefined);
    assert.equal(arrived()?.ended, "broken");
  });

  await checks.check(`${file}: what Glance breaks off never looks whole`, async () => {
    const { socket } = await begin("GET", "break off");
    const { body } = await readReply(socket);
    assert.ok(body.length < 2 * PART.length, `${body.length} bytes came`);
  });

  await checks.check(`${file}: an answer comes before the end of the body`, async () => {
    const { socket } = await begin("PUT", "refuse", 2 * PART.length);
    socket.write(PART.subarray(0, 1000));
    const [chunk] = await once(socket, "data");
    assert.match(String(chunk), /^HTTP\/1\.1 413 /);
    socket.destroy();
  });
}

async function until(isSo: () => boolean): Promise<void> {
  const deadline = performance.now() + PATIENCE;
  while (!isSo()) {
    if (performance.now() > deadline) throw new Error("It did not come.");
    await delay(20);
  }
}
