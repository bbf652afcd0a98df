import { expect, test } from "vitest";
import { ALL_DELIVERIES, openWithOutbox } from "../../testing/open-with-outbox.ts";
import { describeOnDatabases } from "../../testing/database-kinds.ts";
import { newImage } from "../../testing/make-image.ts";
import { purgeEvents } from "../purge/purge-events.ts";
import { SqlGivenUp } from "./sql-given-up.ts";

describeOnDatabases(
  "what was given up on",
  (kind) => {
    test("is counted and listed by destination, sent once more or forgotten, each event once", async () => {
      await using db = await openWithOutbox(kind, ["one", "two"]);
      const { store, outbox, database } = db;
      await store.createImage(newImage({ tags: ["a", "b", "c"] }));
      const givenUp = new SqlGivenUp(database);
      const events = (await outbox.waiting("one", ALL_DELIVERIES)).map(({ event }) => event);
      const [a, b, c] = events.map(({ id }) => id);
      if (a === undefined || b === undefined || c === undefined) throw new Error("Events are missing.");
      await outbox.giveUp("one", [{ id: b, attempts: 7 }], "it answered 500");
      await outbox.giveUp(
        "two",
        [a, b, c].map((id) => ({ id, attempts: 1 })),
        "410",
      );
      const states = await givenUp.states(["three"]);
      expect(states).toMatchObject([
        { destination: "one", waiting: 2, givenUp: 1 },
        { destination: "three", waiting: 0, oldest: null, givenUp: 0 },
        { destination: "two", waiting: 0, givenUp: 3 },
      ]);
      const list = (destination?: string, limit = 10, after?: { destination: string; id: string }) =>
        givenUp.list({ destination, after, limit });
      expect(await list("one")).toMatchObject([
        { destination: "one", attempts: 7, error: "it answered 500", event: events[1] },
      ]);
      const [first] = await list("one");
      expect(Math.abs(Date.now() - (first?.givenUpAt.getTime() ?? 0))).toBeLessThan(60_000);
      expect((await list(undefined, 2)).map(({ event }) => event.id)).toEqual([b, a]);
      expect((await list(undefined, 9, { destination: "two", id: a })).map(({ event }) => event.id)).toEqual([
        b,
        c,
      ]);

      expect(await givenUp.retry({ destination: "one", ids: [b, a] })).toBe(1);
      expect(await givenUp.retry({ destination: "one", ids: "all" })).toBe(0);
      const again = await outbox.waiting("one", ALL_DELIVERIES);
      expect(again.map(({ event, attempts, dueIn }) => [event.id, attempts, dueIn])).toEqual(
        [a, b, c].map((id) => [id, 0, 0]),
      );
      expect(await givenUp.drop({ destination: "two", ids: [a] })).toBe(1);
      const both = [givenUp, new SqlGivenUp(database)].map((one) =>
        one.retry({ destination: "two", ids: "all" }),
      );
      const done = await Promise.all(both);
      expect(done.reduce((sum, one) => sum + one)).toBe(2);
      expect(await givenUp.dropWaiting({ destination: "two", ids: [b] })).toBe(1);
      expect(await givenUp.dropWaiting({ destination: "two", ids: "all" })).toBe(1);
      expect(await givenUp.states([])).toMatchObject([{ destination: "one", waiting: 3, givenUp: 0 }]);
    });

    test("keeps its events from a purge once it is to be sent again, whichever of the two comes first", async () => {
      await using db = await openWithOutbox(kind, ["one"], () => new Date(Date.UTC(2031, 0, 1)));
      const { store, outbox, database } = db;
      const tags = Array.from({ length: 40 }, (_, index) => `t${index}`);
      await store.createImage(newImage({ tags }));
      const givenUp = new SqlGivenUp(database);
      const all = await outbox.waiting("one", ALL_DELIVERIES);
      await outbox.giveUp(
        "one",
        all.map(({ event }) => ({ id: event.id, attempts: 1 })),
        "no",
      );
      let purged = 0;
      const purge = () =>
        purgeEvents(database, {
          before: new Date(Date.UTC(2031, 0, 2)),
          signal: new AbortController().signal,
          dryRun: false,
          batch: 1,
          report: (rows) => (purged = rows),
        });
      const retry = async (): Promise<number> => {
        let sum = 0;
        for (const { event } of all.toReversed()) {
          sum += await givenUp.retry({ destination: "one", ids: [event.id] });
        }
        return sum;
      };
      const [, retried] = await Promise.all([purge(), retry()]);
      expect(purged + retried).toBe(all.length);
      const waiting = await outbox.waiting("one", ALL_DELIVERIES);
      expect(waiting).toHaveLength(retried);
      expect(await givenUp.states(["one"])).toMatchObject([{ waiting: retried, givenUp: 0 }]);
    });
  },
  (kind) => !kind.hasGlancesImages,
);
