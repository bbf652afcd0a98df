// TLS towards callers and towards Glance.
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { request } from "node:http";
import { TOKEN } from "../lib/image-requests.ts";
import { writeRequest } from "../lib/raw-exchange.ts";
import { startBalancer, type Setting } from "../lib/start-balancer.ts";
import { arrivedOf } from "./played-glance.ts";
import type { Scene } from "./setting.ts";

/** `otherCa` does not vouch for Glance's certificate. */
export async function trustChecks(scene: Scene, setting: Setting, otherCa: string): Promise<void> {
  const { checks, balancer, glance, ca } = scene;
  const { configuration } = balancer;

  await checks.check(`${configuration.file}: callers without TLS get nothing from Glance`, async () => {
    const check = randomUUID();
    const status = await new Promise<number>((resolve) => {
      const headers = { "X-Auth-Token": TOKEN, "X-Check": check };
      request({ host: "127.0.0.1", port: balancer.port, path: "/v2/images", headers }, (reply) => {
        reply.resume().once("end", () => resolve(reply.statusCode ?? 0));
      })
        .on("error", () => resolve(0))
        .end();
    });
    assert.ok(status === 0 || status === 400, `It was answered ${status}.`);
    assert.deepEqual(arrivedOf(glance, check), []);
  });

  if (configuration.topology === "everything") return;
  await checks.check(`${configuration.file}: a Glance that is not vouched for gets nothing`, async () => {
    await using wrong = await startBalancer(configuration, {
      ...setting,
      tls: { ...setting.tls, insideCa: otherCa },
    });
    const check = randomUUID();
    const headers = [
      ["X-Auth-Token", TOKEN],
      ["X-Check", check],
    ] as const;
    const asked = { method: "GET", target: "/v2/images", headers };
    const { status } = await writeRequest({ port: wrong.port, ca }, asked);
    assert.ok([502, 503].includes(status), `It was answered ${status}.`);
    assert.deepEqual(arrivedOf(glance, check), []);
  });
}
