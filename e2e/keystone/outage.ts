// Keystone is stopped and started again, and stands still, while callers go on.
import assert from "node:assert/strict";
import { setTimeout as delay } from "node:timers/promises";
import { as, makeImage } from "./requests.ts";
import { startAsking, type Setting } from "./setting.ts";

const WORKERS = 4;

export async function outageChecks(setting: Setting) {
  const { checks, keystone } = setting;
  const { url, stdout } = await startAsking(setting, { IMAGETAGS_KEYSTONE_TIMEOUT: "2" });
  const alice = await keystone.user({ project: "alpha", roles: ["member"] });

  /**
   * Sends requests while something is done to Keystone: some callers are known to the server, and others come
   * with a token that is new to it.
   */
  async function under(outage: () => Promise<void>) {
    const known = await Promise.all(Array.from({ length: WORKERS }, () => alice.token()));
    const fresh = await Promise.all(Array.from({ length: 16 }, () => alice.token()));
    const images = await Promise.all(known.map((token) => makeImage(url, token, { tags: ["t"] })));
    const count: Record<"known" | "new", Record<string, number>> = { known: {}, new: {} };
    let withoutRetryAfter = 0;
    const end = new AbortController();
    const note: (whose: "known" | "new", reply: Awaited<ReturnType<typeof as>>) => void = (
      whose,
      { status, headers },
    ) => {
      count[whose][status] = (count[whose][status] ?? 0) + 1;
      if (status === 503 && !(Number(headers["retry-after"]) > 0)) withoutRetryAfter += 1;
    };
    const loads = known.map(async (token, index) => {
      for (let add = false; !end.signal.aborted; add = !add) {
        note("known", await as(url, add ? "PUT" : "DELETE", `/v2/images/${images[index]}/tags/t`, token));
      }
    });
    const newcomers = fresh.map(async (token, index) => {
      await delay(index * 250);
      // As a client does that heeds Retry-After, if impatiently, until it is let in or refused.
      let status = 503;
      while (status === 503 && !end.signal.aborted) {
        const reply = await as(url, "GET", "/v2/images", token);
        note("new", reply);
        ({ status } = reply);
        await delay(200);
      }
      return status;
    });
    const untilAllAreIn = async () => {
      try {
        await outage();
        assert.deepEqual(new Set(await Promise.all(newcomers)), new Set([200]));
      } finally {
        end.abort();
      }
    };
    await Promise.all([untilAllAreIn(), ...newcomers, ...loads]);
    console.log(`    known callers: ${JSON.stringify(count.known)}, new ones: ${JSON.stringify(count.new)}`);
    assert.deepEqual(Object.keys(count.known), ["204"], "callers who are known notice nothing");
    assert.deepEqual(Object.keys(count.new), ["200", "503"], "new ones are told to wait, and let in");
    assert.equal(withoutRetryAfter, 0);
  }
  const told = (what: RegExp) =>
    stdout()
      .split("\n")
      .filter((line) => what.test(line)).length;
  /** A Keystone that has just started may be too slow now and then, so it may be told more than once. */
  const checkLog = () => {
    const away = told(/gives no answer/);
    console.log(`    the log tells ${away} times that Keystone is away, for all that was answered 503`);
    assert.ok(away >= 1 && away <= 10);
    assert.equal(told(/Keystone answers again/), away);
  };

  await checks.check(
    "Keystone stopped and started again under load: no 401, and it ends by itself",
    async () => {
      await under(async () => {
        await keystone.stop();
        await delay(2_500);
        await keystone.start();
      });
      checkLog();
    },
  );
  await checks.check(
    "Keystone standing still under load: no 401, no wait beyond the limit, and it ends by itself",
    async () => {
      await under(async () => {
        keystone.signal("SIGSTOP");
        await delay(5_000);
        keystone.signal("SIGCONT");
      });
      checkLog();
    },
  );
  await checks.check(
    "a server that starts without Keystone is up before it, and answers when it is there",
    async () => {
      const token = await alice.token();
      await keystone.stop();
      const early = await startAsking(setting);
      assert.equal((await as(early.url, "GET", "/v2/images", token)).status, 503);
      assert.equal((await as(early.url, "GET", "/versions", "none")).status, 200);
      await keystone.start();
      assert.equal((await as(early.url, "GET", "/v2/images", token)).status, 200);
    },
  );
}
