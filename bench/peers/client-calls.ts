// One way to remove a tag, in a process of its own, so that no other's garbage and no other's compiled code counts for
// it. It makes as many calls as its parent asks for, and tells the CPU time that each took.
import { createClient, type RequestSender } from "@imagetags/client";
import { undiciFetch } from "@imagetags/client/node";
import { fetch as fetchOfUndici, request } from "undici";

/** How many calls are under way at once. */
const AT_ONCE = 8;

const TOKEN = "gAAAAABbench-client-token";
const IMAGE = "e7db3b45-8db7-47ad-8109-3fb55c2c24fd";

const [, , way = "", endpoint = ""] = process.argv;
const url = `${endpoint}/v2/images/${IMAGE}/tags/miracle`;
const headers = { accept: "application/json", "x-auth-token": TOKEN };

/** A call through the client, which sends by this. */
function ofClient(fetch: RequestSender) {
  const { imageTags } = createClient({ endpoint, token: TOKEN, fetch });
  const params = { image_id: IMAGE, tag: "miracle" };
  return async () => (await imageTags.delete({ params })).status;
}

const WAYS: Record<string, () => Promise<number>> = {
  // Node's own fetch is undici's, as Node brings it along.
  "client, fetch of Node": ofClient(fetch),
  "client, undiciFetch": ofClient(undiciFetch),
  "fetch of Node": async () => {
    const response = await fetch(url, { method: "DELETE", headers });
    await response.body?.cancel();
    return response.status;
  },
  "fetch of undici": async () => {
    const response = await fetchOfUndici(url, { method: "DELETE", headers });
    await response.body?.cancel();
    return response.status;
  },
  "fetch of undici, with a time limit": async () => {
    const controller = new AbortController();
    const timer = setTimeout(() => controller.abort(), 30_000);
    const { signal } = controller;
    const response = await fetchOfUndici(url, { method: "DELETE", headers, signal });
    await response.body?.cancel();
    clearTimeout(timer);
    return response.status;
  },
  "request of undici": async () => {
    const { statusCode, body } = await request(url, { method: "DELETE", headers });
    await body.dump();
    return statusCode;
  },
};

const call = WAYS[way];
if (call === undefined) throw new Error(`there is no way "${way}" to make a call`);

async function microsecondsOf(count: number) {
  let left = count;
  const work = async () => {
    while (left > 0) {
      left -= 1;
      const status = await call?.();
      if (status !== 204) throw new Error(`a call was answered ${status}`);
    }
  };
  const before = process.cpuUsage();
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  const { user, system } = process.cpuUsage(before);
  return (user + system) / count;
}

process.on("message", (count: number) => {
  void microsecondsOf(count).then((microseconds) => process.send?.(microseconds));
});
