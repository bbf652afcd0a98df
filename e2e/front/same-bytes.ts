// What passes through the front is what Glance sends.
import assert from "node:assert/strict";
import type { Checks } from "../lib/checks.ts";
import type { ImageApi } from "../lib/image-api.ts";
import { writeRequest, type WrittenRequest } from "../lib/raw-exchange.ts";

/** Of a connection, or another each time. */
const OF_ITS_OWN = /^(connection|keep-alive|date|x-openstack-request-id):/i;

/** Asks Glance itself and the front for the same. */
export async function sameByteChecks(
  checks: Checks,
  { token, glance, front, direct }: { token: string; glance: number; front: number; direct: ImageApi },
): Promise<void> {
  const id = await direct.create({
    name: "ä",
    disk_format: "raw",
    container_format: "bare",
    tags: ["x", "y"],
  });
  await direct.startUpload(id).finish();
  const requests: readonly WrittenRequest[] = [
    "/v2/images?sort=id",
    "/v2/images?limit=1",
    "/v2/images?limit=none",
    `/v2/images/${id}`,
    `/v2/images/${id}/file`,
    `/v2/images/${id}/members`,
    "/v2/images/no-such-image",
    "/v2/schemas/image",
    "/v2/schemas/images",
    "/v2/metadefs/namespaces",
    "/v2/metadefs/namespaces/no%20such",
    "/v2/info/import",
    "/v2/info/stores",
    "/v2/tasks",
    "/v2/nothing",
    "/v2//images",
  ].flatMap((target) => ["GET", "HEAD", "POST"].map((method) => ({ method, target })));
  for (const request of requests) {
    await checks.check(
      `${request.method} ${request.target.replace(id, "ID")} is answered byte for byte`,
      async () => {
        const headers = [["X-Auth-Token", token]] as const;
        const [theirs, ours] = await Promise.all(
          [glance, front].map((port) => writeRequest({ port }, { ...request, headers })),
        );
        assert.deepEqual(withoutItsOwn(ours?.head), withoutItsOwn(theirs?.head));
        assert.equal(ours?.body, theirs?.body);
      },
    );
  }
}

function withoutItsOwn(head = ""): string[] {
  return head.split("\r\n").filter((line) => !OF_ITS_OWN.test(line));
}
