import { expect, test } from "vitest";
import { faultOf, runHistory } from "./testing/history/run-history.ts";
import { startKnowing } from "./testing/server-process.ts";
import { temporaryFolder } from "./testing/temporary-folder.ts";
import { MEMBER_TOKEN } from "./testing/server-process.ts";

const QUOTA = 5;

test("x", async () => {
  using folder = temporaryFolder();
  const settings = { IMAGETAGS_TAG_QUOTA: String(QUOTA), IMAGETAGS_LOG_LEVEL: "error" };
  await using one = await startKnowing(folder, settings);
  await using other = await startKnowing(folder, settings);
  const servers = [one, other].map((server, index) => ({ name: `server ${index}`, port: () => server.port }));
  for (let seed = 1; seed < 10; seed += 1) {
    const start = performance.now();
    const histories = await runHistory({
      servers,
      tokens: [MEMBER_TOKEN],
      seed,
      callers: 8,
      images: 2,
      length: 60,
      quota: QUOTA,
    });
    const middle = performance.now();
    console.log(
      histories.map((h) => h.recorded.length),
      middle - start,
    );
    for (const history of histories) expect(faultOf(history, QUOTA)).toBeUndefined();
    console.log(performance.now() - middle);
  }
});
