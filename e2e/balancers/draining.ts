// A server that is stopped while callers go on.
import assert from "node:assert/strict";
import { Agent, request } from "node:https";
import { setTimeout as delay } from "node:timers/promises";
import type { ServerProcess } from "@imagetags/testing/server/start-server";
import { makeImage, TOKEN } from "../lib/image-requests.ts";
import type { Scene } from "./setting.ts";

/** For how long callers go on after the server has ended, in milliseconds. */
const AFTERWARDS = 3_000;

/** Stops the first of two servers, and counts what fails of the changes that go on by every balancer. */
export async function drainChecks(scenes: readonly Scene[], first: ServerProcess): Promise<void> {
  const over = new AbortController();
  const loads = scenes.map(async (scene) => {
    const image = await makeImage(scene.alone);
    return await changeOn(scene, image, over.signal);
  });
  for (const { balancer } of scenes) balancer.markFirstDown();
  first.child.kill("SIGTERM");
  const { code } = await first.ended();
  await delay(AFTERWARDS);
  over.abort();
  const outcomes = await Promise.all(loads);
  for (const [index, { checks, balancer }] of scenes.entries()) {
    const { file } = balancer.configuration;
    await checks.check(`${file}: nothing fails when a server is stopped in order`, () => {
      const outcome = outcomes[index];
      assert.equal(code, 0);
      assert.ok(outcome !== undefined && outcome.answered > 50, `${outcome?.answered} were answered`);
      assert.deepEqual(outcome.failures, []);
    });
  }
}

/** Adds a tag and removes it, again and again, and notes what was not answered 204. */
async function changeOn({ balancer, ca }: Scene, image: string, over: AbortSignal) {
  // A connection for each request: nginx closes idle ones when it reads its configuration anew, as any server may.
  const agent = new Agent({ keepAlive: false });
  const failures: unknown[] = [];
  let answered = 0;
  while (!over.aborted) {
    for (const method of ["PUT", "DELETE"]) {
      const status = await new Promise<unknown>((resolve) => {
        request(
          {
            agent,
            ca,
            host: "127.0.0.1",
            port: balancer.port,
            method,
            path: `/v2/images/${image}/tags/a`,
            headers: { "X-Auth-Token": TOKEN },
          },
          (reply) => reply.resume().once("end", () => resolve(reply.statusCode)),
        )
          .on("error", resolve)
          .end();
      });
      if (status === 204) answered += 1;
      else failures.push(status);
    }
    await delay(20);
  }
  agent.destroy();
  return { answered, failures };
}
