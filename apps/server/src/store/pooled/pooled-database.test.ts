import { sql as raw } from "kysely";
import { describe, expect, test } from "vitest";
import { RequestTime, withRequestTime } from "../../request-time.ts";
import { plainDialect } from "../sql/dialect.ts";
import { StoreReadOnly, StoreUnavailable } from "../../images/model/image-store.ts";
import { Refusal } from "../sql/lock-and-authorize.ts";
import { batchRemoval } from "../postgres/batch-removal.ts";
import { postgresQueries } from "../postgres/dialect.ts";
import type { Steps } from "../sql/statement.ts";
import { ConnectionLost, DuplicateKey, ServerUnfit, TransactionAborted } from "./failures.ts";
import { PooledDatabase } from "./pooled-database.ts";
import type { Session, SessionPool } from "./session.ts";

const dialect = {
  ...plainDialect,
  locksRows: true,
  canStore: () => true,
  clock: raw<number>`0`,
  toEventId: (id: string) => id,
};
const aborted = new TransactionAborted("deadlock");
const lost = new ConnectionLost("gone");

/** A pool whose connections fail as told, step by step. It notes what they are asked. */
class ScriptedPool implements SessionPool {
  readonly log: string[] = [];
  readonly #failures: Map<string, unknown[]>;

  constructor(failures: Readonly<Record<string, readonly unknown[]>>) {
    this.#failures = new Map(Object.entries(failures).map(([step, errors]) => [step, [...errors]]));
  }

  async acquire(): Promise<Session> {
    const does = async (step: string): Promise<void> => {
      this.log.push(step);
      const failure = this.#failures.get(step)?.shift();
      if (failure !== undefined) throw failure;
    };
    await does("acquire");
    return {
      run: async () => (await does("run"), { rows: [], affected: 1 }),
      begin: () => does("begin"),
      commit: () => does("commit"),
      rollback: () => does("rollback"),
      release: () => void this.log.push("release"),
      discard: () => void this.log.push("discard"),
      discardAll: () => void this.log.push("discard all"),
    };
  }

  async close(): Promise<void> {
    this.log.push("close");
  }
}

function* oneStatement(): Steps<string> {
  const { affected } = yield { sql: "update", parameters: [] };
  return `wrote ${affected}`;
}

const parts = {
  queries: postgresQueries,
  dialect,
  recordsEvents: true,
  hasOutbox: true,
  destinations: [],
  holdsRules: true,
  isGlances: false,
  batchRemoval: batchRemoval({ recordsEvents: true, destinations: [], holdsRules: true, isGlances: false }),
};

function open(failures: Readonly<Record<string, readonly unknown[]>>, statementTimeout = 10_000) {
  const pool = new ScriptedPool(failures);
  return {
    pool,
    database: new PooledDatabase({ ...parts, pool, statementTimeout }),
  };
}

describe("a change on a database server", () => {
  const once = ["acquire", "begin", "run", "commit", "release"];

  test("is a transaction on one connection", async () => {
    const { pool, database } = open({});
    expect(await database.change(oneStatement)).toBe("wrote 1");
    expect(pool.log).toEqual(once);
  });

  test.each([
    ["a statement is taken back", { run: [aborted] }, ["acquire", "begin", "run", "rollback", "release"]],
    [
      "the commit is taken back",
      { commit: [aborted] },
      ["acquire", "begin", "run", "commit", "rollback", "release"],
    ],
    ["the connection is lost at the beginning", { begin: [lost] }, ["acquire", "begin", "discard"]],
    ["the connection is lost before the commit", { run: [lost] }, ["acquire", "begin", "run", "discard"]],
    [
      "the taking back fails too",
      { run: [aborted], rollback: [lost] },
      ["acquire", "begin", "run", "rollback", "discard"],
    ],
    [
      "a key was there already",
      { run: [new DuplicateKey("imagetags_live_tag", undefined)] },
      ["acquire", "begin", "run", "rollback", "release"],
    ],
  ])("is done again from its start when %s", async (_, failures, first) => {
    const { pool, database } = open(failures);
    expect(await database.change(oneStatement)).toBe("wrote 1");
    expect(pool.log).toEqual([...first, ...once]);
  });

  test.each([
    ["lost", lost],
    ["answered with what nobody knows", new StoreUnavailable("shutting down")],
  ])("is never done again when the commit is %s", async (_, failure) => {
    const { pool, database } = open({ commit: [failure] });
    await expect(database.change(oneStatement)).rejects.toThrow(StoreUnavailable);
    expect(pool.log).toEqual(["acquire", "begin", "run", "commit", "discard"]);
  });

  const unfit = new ServerUnfit("read only", undefined);

  test.each([
    ["a statement", { run: [unfit] }, ["acquire", "begin", "run", "discard all"]],
    ["its beginning", { begin: [unfit] }, ["acquire", "begin", "discard all"]],
  ])("is done again on a new connection when the server refuses %s", async (_, failures, first) => {
    const { pool, database } = open(failures);
    expect(await database.change(oneStatement)).toBe("wrote 1");
    expect(pool.log).toEqual([...first, ...once]);
  });

  test("is given up when the server at a new connection refuses it too", async () => {
    const { pool, database } = open({ run: [unfit, unfit, unfit] });
    await expect(database.change(oneStatement)).rejects.toThrow("cannot be written to (read only)");
    expect(pool.log.filter((step) => step === "discard all")).toHaveLength(2);
  });

  test("is never done again when the server refuses the commit, and no connection is kept", async () => {
    const { pool, database } = open({ commit: [unfit] });
    await expect(database.change(oneStatement)).rejects.toThrow("Nobody knows whether it committed");
    expect(pool.log).toEqual(["acquire", "begin", "run", "commit", "discard all"]);
  });

  test("is given up after ten tries, or when the time is over", async () => {
    const { pool, database } = open({ run: Array(20).fill(aborted) });
    await expect(database.change(oneStatement)).rejects.toThrow("aborted the transaction 10 times");
    expect(pool.log.filter((step) => step === "begin")).toHaveLength(10);
    const hasty = open({ run: Array(20).fill(aborted) }, -1_000);
    await expect(hasty.database.change(oneStatement)).rejects.toThrow(StoreUnavailable);
    expect(hasty.pool.log.filter((step) => step === "begin").length).toBeLessThan(3);
  });

  test("that is refused is taken back, with the refusal's own error", async () => {
    const { pool, database } = open({});
    const reason = new Error("no");
    await expect(
      database.change(function* (): Steps<never> {
        yield { sql: "select", parameters: [] };
        throw new Refusal(reason);
      }),
    ).rejects.toBe(reason);
    expect(pool.log).toEqual(["acquire", "begin", "run", "rollback", "release"]);
  });

  test("that fails by a mistake of ours is taken back and not done again", async () => {
    const { pool, database } = open({ run: [new TypeError("syntax error")] });
    await expect(database.change(oneStatement)).rejects.toThrow(TypeError);
    expect(pool.log).toEqual(["acquire", "begin", "run", "rollback", "release"]);
  });
});

test("whatever is asked of a database server that does not answer is over a second after its limit", async () => {
  const silent: SessionPool = {
    acquire: () => new Promise<never>(() => undefined),
    close: async () => undefined,
  };
  const database = new PooledDatabase({ ...parts, pool: silent, statementTimeout: 100 });
  const start = performance.now();
  const removal = { imageId: "11111111-1111-4111-8111-111111111111", tag: "a", owner: null };
  const outcomes = await Promise.allSettled([
    database.change(oneStatement),
    database.read(oneStatement),
    database.autocommit(oneStatement),
    database.removePreauthorized(removal),
  ]);
  expect(performance.now() - start).toBeLessThan(2_000);
  for (const outcome of outcomes) expect(outcome).toMatchObject({ reason: expect.any(StoreUnavailable) });
});

test("no change is begun while commits wait for a standby, and reads go on", async () => {
  const pool = new ScriptedPool({});
  let isStalled = true;
  const stalled: SessionPool = {
    acquire: () => pool.acquire(),
    isStalled: () => isStalled,
    close: () => pool.close(),
  };
  const database = new PooledDatabase({ ...parts, pool: stalled, statementTimeout: 1_000 });
  const removal = { imageId: "11111111-1111-4111-8111-111111111111", tag: "a", owner: null };
  for (const change of [
    () => database.change(oneStatement),
    () => database.autocommit(oneStatement),
    () => database.removePreauthorized(removal),
    () => database.probe(function* () {}),
  ]) {
    await expect(change()).rejects.toThrow(StoreReadOnly);
  }
  expect(pool.log).toEqual([]);
  expect(await database.read(oneStatement)).toBe("wrote 1");
  isStalled = false;
  expect(await database.change(oneStatement)).toBe("wrote 1");
});

test("all that is asked for one request shares its time, until it is answered", async () => {
  const reply = Promise.withResolvers<void>();
  const slow: SessionPool = {
    async acquire() {
      await reply.promise;
      throw new StoreUnavailable("late");
    },
    close: async () => undefined,
  };
  const database = new PooledDatabase({ ...parts, pool: slow, statementTimeout: -900 });
  let isAnswered = false;
  const outcomes: unknown[] = [];
  await new Promise<void>((resolve) => {
    withRequestTime(new RequestTime(() => isAnswered), () => {
      void (async () => {
        for (let step = 0; step < 2; step += 1) {
          outcomes.push(await database.read(oneStatement).catch((error: unknown) => error));
        }
        // What is left of it is none, but for what nobody waits for.
        isAnswered = true;
        const afterwards = database.read(oneStatement).catch((error: unknown) => error);
        reply.resolve();
        outcomes.push(await afterwards);
        resolve();
      })();
    });
  });
  const inTime = { message: expect.stringContaining("did not do it in time") };
  expect(outcomes).toEqual([
    expect.objectContaining(inTime),
    expect.objectContaining(inTime),
    expect.objectContaining({ message: "late" }),
  ]);
});

test("a change that is late is taken back before its commit", async () => {
  const { pool, database } = open({}, -900);
  const late = database.change(function* (): Steps<string> {
    yield { sql: "select", parameters: [] };
    const start = performance.now();
    while (performance.now() - start < 150);
    return "done";
  });
  await expect(late).rejects.toThrow("did not do it in time");
  await database.close();
  expect(pool.log).toEqual(["acquire", "begin", "run", "rollback", "release", "close"]);
});

describe("statements that are a transaction each", () => {
  test("are done again when taken back, and never when their answer is lost", async () => {
    const again = open({ run: [aborted] });
    expect(await again.database.autocommit(oneStatement)).toBe("wrote 1");
    expect(again.pool.log).toEqual(["acquire", "run", "release", "acquire", "run", "release"]);
    const unfit = open({ run: [new ServerUnfit("read only", undefined)] });
    await expect(unfit.database.autocommit(oneStatement)).rejects.toThrow(StoreUnavailable);
    expect(unfit.pool.log).toEqual(["acquire", "run", "discard all"]);
    const never = open({ run: [lost] });
    await expect(never.database.autocommit(oneStatement)).rejects.toThrow(StoreUnavailable);
    expect(never.pool.log).toEqual(["acquire", "run", "discard"]);
  });
});

describe("closing a database server's connections", () => {
  test("waits for what is under way, and may be asked for twice", async () => {
    const { pool, database } = open({});
    const change = database.change(oneStatement);
    await Promise.all([database.close(), database.close()]);
    expect(await change).toBe("wrote 1");
    expect(pool.log.filter((step) => step === "close")).toEqual(["close"]);
    expect(pool.log.at(-1)).toBe("close");
  });
});
