import Database from "better-sqlite3";
import { expect, test } from "vitest";
import { ask, errorIn, makeImage } from "../testing/api.ts";
import { startTestServer } from "../testing/test-server.ts";

/** More than may wait for the database. */
const TOO_MANY = 1_100;

test("changes beyond what may wait are refused at once, reads are answered, and those that wait are done", async () => {
  await using server = await startTestServer();
  const path = `/v2/images/${await makeImage(server, { tags: ["x"] })}`;
  using database = locked(server.databasePath);

  const answered: number[] = [];
  const removals = Array.from({ length: TOO_MANY }, async () => {
    const reply = await ask(server, "DELETE", `${path}/tags/x`);
    answered.push(reply.status);
    return reply;
  });
  // Nothing but a refusal can come while the lock is held, and one comes only when the queue is full.
  const refusal = await Promise.race(removals);
  expect(refusal.status).toBe(503);
  expect(refusal.headers["retry-after"]).toBe("1");
  expect(errorIn(refusal).message).toMatch(/try again/);

  const [upload, read, health] = await Promise.all([
    ask(server, "PUT", `${path}/tags/y`),
    ask(server, "GET", `${path}/tags`),
    ask(server, "GET", "/healthcheck"),
  ]);
  expect([upload.status, read.status, health.status]).toEqual([503, 200, 200]);
  expect(new Set(answered)).toEqual(new Set([503]));

  database.release();
  const statuses = (await Promise.all(removals)).map(({ status }) => status);
  expect(statuses.filter((status) => status === 204)).toHaveLength(1);
  expect(statuses.filter((status) => status === 404).length).toBeGreaterThan(0);
  expect(statuses.filter((status) => status === 503).length).toBeGreaterThanOrEqual(TOO_MANY - 1_000);
  expect((await ask(server, "PUT", `${path}/tags/y`)).status).toBe(204);
  // A line for each, as for every request, and no error beside it.
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
