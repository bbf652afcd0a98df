import { setTimeout as sleep } from "node:timers/promises";
import Database from "better-sqlite3";
import { expect, test } from "vitest";
import { ask, errorIn, makeImage } from "../../testing/api.ts";
import type { RawReply } from "../../testing/raw-request.ts";
import { startTestServer } from "../../testing/test-server.ts";

/** The most changes that may wait for the database. */
const BOUND = 1_000;

test("changes beyond what may wait are refused at once, reads are answered, and those that wait are done", async () => {
  await using server = await startTestServer();
  const image = `/v2/images/${await makeImage(server, { tags: ["x"] })}`;
  using database = locked(server.databasePath);
  const waiting = Array.from({ length: BOUND }, () => ask(server, "DELETE", `${image}/tags/x`));

  // Nothing but refusals is answered while the lock is held and the bound is reached.
  const asked: Promise<RawReply>[] = [];
  let refusal: RawReply | undefined;
  while (refusal === undefined) {
    asked.push(ask(server, "DELETE", `${image}/tags/x`));
    refusal = await Promise.race([...asked, sleep(20, undefined)]);
  }
  expect([refusal.status, refusal.headers["retry-after"]]).toEqual([503, "1"]);
  expect(errorIn(refusal).message).toMatch(/^More changes are asked for than/);
  const [change, read, health] = await Promise.all([
    ask(server, "PUT", `${image}/tags/y`),
    ask(server, "GET", `${image}/tags`),
    ask(server, "GET", "/healthcheck"),
  ]);
  expect([change.status, read.status, health.status]).toEqual([503, 200, 200]);

  database.release();
  const all = (await Promise.all([...waiting, ...asked])).map(({ status }) => status);
  expect(all.filter((status) => status === 204)).toHaveLength(1);
  expect(new Set(all)).toEqual(new Set([204, 404, 503]));
  expect((await ask(server, "PUT", `${image}/tags/y`)).status).toBe(204);
  // Each has its line, as every request has, and no other.
  expect(server.logged()).not.toContain('"err"');
});

/** Another process's hold of the database's lock. */
function locked(path: string) {
  const connection = new Database(path);
  connection.exec("BEGIN IMMEDIATE");
  return {
    release: () => void connection.exec("COMMIT"),
    [Symbol.dispose]: () => void connection.close(),
  };
}
