import { describe, expect, test, vi } from "vitest";
import type { TagEvent } from "../images/model/tag-event.ts";
import { openOutbox } from "../testing/open-outbox.ts";
import { pauseAfter } from "./back-off.ts";
import type { Destination, Outcome, Parcel } from "./destination.ts";
import { Dispatcher } from "./dispatcher.ts";
import type { LeaseTimes } from "./lease.ts";

/** A lease that is soon over when it is not renewed. */
const QUICK: LeaseTimes = { duration: 400, renewal: 50, reserve: 100 };
const quiet = (): void => undefined;

/** A destination that takes all, or what it is told to, and notes what it was sent: `image:tag`. */
class Inbox implements Destination {
  readonly name: string;
  readonly mostAtOnce: number = 10;
  readonly taken: string[] = [];
  readonly rounds: string[][] = [];
  isClosed = false;
  /** Decides about each parcel. */
  decide: (tags: readonly string[]) => Outcome = () => "sent";
  retryDelay?: (attempts: number) => number | undefined;
  wants?: (event: TagEvent) => boolean;

  constructor(name = "inbox") {
    this.name = name;
  }

  joins(_before: TagEvent, _event: TagEvent): boolean {
    return false;
  }

  async send(parcels: readonly Parcel[]): Promise<readonly Outcome[]> {
    this.rounds.push(parcels.map(([{ imageId }]) => imageId));
    return parcels.map((parcel) => {
      const outcome = this.decide(parcel.map(({ tag }) => tag));
      if (outcome === "sent") this.taken.push(parcel.map(({ tag }) => tag).join("+"));
      return outcome;
    });
  }

  async close(): Promise<void> {
    this.isClosed = true;
  }
}

const until = (condition: () => boolean) =>
  vi.waitFor(() => expect(condition()).toBe(true), { timeout: 10_000, interval: 5 });

describe("what waits in the outbox", () => {
  test("is sent to every destination, of each image in its order and one at a time, and is gone then", async () => {
    await using db = await openOutbox("inbox", "other");
    const images = [await db.addTags("a1", "a2", "a3"), await db.addTags("b1", "b2")];
    const inbox = new Inbox();
    const other = new Inbox("other");
    {
      await using _ = new Dispatcher(db.outbox, [inbox, other], quiet);
      await until(() => inbox.taken.length === 5 && other.taken.length === 5);
    }
    expect(inbox.rounds).toEqual([images, images, [images[0]]]);
    expect(inbox.taken).toEqual(["a1", "b1", "a2", "b2", "a3"]);
    expect(await db.outbox.backlog(["inbox", "other"])).toMatchObject([{ waiting: 0 }, { waiting: 0 }]);
    expect([inbox.isClosed, other.isClosed]).toEqual([true, true]);
  });

  test("is sent while more comes, and before the end", async () => {
    await using db = await openOutbox("inbox");
    const inbox = new Inbox();
    const dispatcher = new Dispatcher(db.outbox, [inbox], quiet);
    const image = await db.addTags("a");
    await until(() => inbox.taken.length === 1);
    await db.addMore(image, "b", "c");
    await dispatcher[Symbol.asyncDispose]();
    expect(inbox.taken).toEqual(["a", "b", "c"]);
    expect(await db.outbox.backlog(["inbox"])).toMatchObject([{ waiting: 0 }]);
  });

  test("goes in one parcel where the destination joins it", async () => {
    await using db = await openOutbox("inbox");
    await db.addTags("a", "b", "c", "d");
    const inbox = new Inbox();
    inbox.joins = (before, event) => [before.tag, event.tag].includes("b");
    await using _ = new Dispatcher(db.outbox, [inbox], quiet);
    await until(() => inbox.taken.length === 2);
    expect(inbox.taken).toEqual(["a+b+c", "d"]);
  });

  test("stays where the destination takes nothing, until it does, in order; the log is told twice", async () => {
    await using db = await openOutbox("inbox");
    await db.addTags("a", "b");
    await db.addTags("c");
    const inbox = new Inbox();
    let isAway = true;
    inbox.decide = () => {
      if (isAway) throw new Error("Nobody is there.");
      return "sent";
    };
    const told: string[] = [];
    await using _ = new Dispatcher(db.outbox, [inbox], (sentence) => told.push(sentence));
    await until(() => inbox.rounds.length === 2);
    expect(await db.outbox.backlog(["inbox"])).toMatchObject([{ waiting: 3 }]);
    isAway = false;
    await until(() => inbox.taken.length === 3);
    expect(inbox.taken).toEqual(["a", "c", "b"]);
    expect(told).toEqual([
      "Notifications to inbox wait: Nobody is there.",
      "Notifications to inbox are taken again.",
    ]);
  });

  test("waits of one image alone where one event is not taken, and goes on when that is given up", async () => {
    await using db = await openOutbox("inbox");
    await db.addTags("bad", "after");
    await db.addTags("good", "better");
    const inbox = new Inbox();
    const tries: number[] = [];
    const told: string[] = [];
    inbox.decide = ([tag]) => (tag === "bad" ? { error: "400" } : "sent");
    inbox.retryDelay = (attempts) => {
      tries.push(attempts);
      return attempts < 3 ? 1 : undefined;
    };
    {
      await using _ = new Dispatcher(db.outbox, [inbox], (sentence) => told.push(sentence));
      await until(() => inbox.taken.length === 3);
    }
    expect(inbox.taken).toEqual(["good", "better", "after"]);
    expect(tries).toEqual([1, 2, 3]);
    expect(told).toContain("Notifications to inbox are given up that were tried for too long: 400");
    const given = await db.givenUp.list({ destination: undefined, after: undefined, limit: 10 });
    expect(given).toMatchObject([{ destination: "inbox", attempts: 3, error: "400", event: { tag: "bad" } }]);
    expect(await db.outbox.backlog(["inbox"])).toMatchObject([{ waiting: 0 }]);
  });

  test("is left out where the destination does not want it, however much of it there is", async () => {
    await using db = await openOutbox("inbox");
    await db.addTags("other", "wanted", "other2", "wanted2");
    await db.addTags("other3");
    const inbox = new Inbox();
    inbox.wants = ({ tag }) => tag.startsWith("wanted");
    {
      await using _ = new Dispatcher(db.outbox, [inbox], quiet);
      await until(() => inbox.taken.length === 2);
    }
    expect(inbox.taken).toEqual(["wanted", "wanted2"]);
    expect(inbox.rounds).toHaveLength(2);
    expect(await db.outbox.backlog(["inbox"])).toMatchObject([{ waiting: 0 }]);
  });

  test("is given up without another try where the destination wants none any more, and others get theirs", async () => {
    await using db = await openOutbox("inbox", "other");
    const image = await db.addTags("a", "b");
    await db.addTags("c");
    const inbox = new Inbox();
    const other = new Inbox("other");
    inbox.decide = () => ({ error: "410", isGone: true });
    const told: string[] = [];
    {
      await using _ = new Dispatcher(db.outbox, [inbox, other], (sentence) => told.push(sentence));
      await until(() => other.taken.length === 3 && told.length === 1);
      await db.addMore(image, "d");
      await until(() => other.taken.length === 4);
    }
    expect(inbox.rounds).toHaveLength(1);
    expect(told).toEqual([
      "inbox wants no notifications any more, and all that wait for it are given up: 410",
    ]);
    expect(await db.givenUp.states([])).toEqual([
      { destination: "inbox", waiting: 0, oldest: null, givenUp: 4 },
    ]);
    const listed = await db.givenUp.list({ destination: "inbox", after: undefined, limit: 10 });
    expect(listed.map(({ error }) => error)).toEqual(["410", "410", "410", "410"]);
  });

  test("for one destination that takes nothing delays none of the others", async () => {
    await using db = await openOutbox("inbox", "dead");
    const image = await db.addTags("a");
    const dead = new Inbox("dead");
    dead.decide = () => ({ error: "It is dead." });
    dead.retryDelay = () => 60_000;
    const inbox = new Inbox();
    await using _ = new Dispatcher(db.outbox, [dead, inbox], quiet);
    await until(() => inbox.taken.length === 1 && dead.rounds.length === 1);
    await db.addMore(image, "b", "c");
    await until(() => inbox.taken.length === 3);
    expect(dead.rounds).toHaveLength(1);
  });

  test("is sent again where nobody could note that it was sent", async () => {
    await using db = await openOutbox("inbox");
    await db.addTags("a");
    const inbox = new Inbox();
    const broken = vi.spyOn(db.outbox, "sent").mockRejectedValue(new Error("The connection was lost."));
    {
      await using _ = new Dispatcher(db.outbox, [inbox], quiet);
      await until(() => broken.mock.calls.length > 0);
    }
    broken.mockRestore();
    await using _ = new Dispatcher(db.outbox, [inbox], quiet);
    await until(() => inbox.taken.length === 2);
    expect(inbox.taken).toEqual(["a", "a"]);
  });
});

describe("of several processes", () => {
  test("one sends, and another when that ends", async () => {
    await using db = await openOutbox("inbox");
    const inboxes = [new Inbox(), new Inbox()] as const;
    const first = new Dispatcher(db.outbox, [inboxes[0]], quiet, QUICK);
    const image = await db.addTags("a");
    await until(() => inboxes[0].taken.length === 1);
    await using _ = new Dispatcher(await db.another(), [inboxes[1]], quiet, QUICK);
    await db.addMore(image, "b");
    await until(() => inboxes[0].taken.length === 2);
    await first[Symbol.asyncDispose]();
    await db.addMore(image, "c");
    await until(() => inboxes[1].taken.length === 1);
    expect(inboxes.map(({ taken }) => taken)).toEqual([["a", "b"], ["c"]]);
  });

  test("another sends when the one that did is dead, and its lease over", async () => {
    await using db = await openOutbox("inbox");
    // As a process that was killed leaves it.
    expect(await db.outbox.takeLease("notifications", "dead", 600)).toBe(true);
    const inbox = new Inbox();
    await db.addTags("a");
    await using _ = new Dispatcher(db.outbox, [inbox], quiet, QUICK);
    expect(await db.outbox.takeLease("notifications", "another", 600)).toBe(false);
    expect(inbox.taken).toEqual([]);
    await until(() => inbox.taken.length === 1);
  });

  test("the one whose lease cannot be renewed sends no more", async () => {
    await using db = await openOutbox("inbox");
    const inbox = new Inbox();
    await using _ = new Dispatcher(db.outbox, [inbox], quiet, QUICK);
    const image = await db.addTags("a");
    await until(() => inbox.taken.length === 1);
    const renewal = vi.spyOn(db.outbox, "takeLease").mockRejectedValue(new Error("lost"));
    const rival = await db.another();
    await vi.waitFor(async () => expect(await rival.takeLease("notifications", "rival", 60_000)).toBe(true), {
      timeout: 10_000,
    });
    renewal.mockRestore();
    await db.addMore(image, "b");
    await new Promise((resolve) => setTimeout(resolve, 700));
    expect(inbox.taken).toEqual(["a"]);
  });
});

test("a destination that takes nothing is left alone for longer each time, up to a bound", () => {
  const least = () => 0;
  expect([0, 1, 2, 3, 4].map((failures) => pauseAfter(failures, least))).toEqual([0, 0, 500, 1_000, 2_000]);
  expect(pauseAfter(1_000, least)).toBe(60_000);
  expect(pauseAfter(1_000, () => 0.999)).toBeLessThanOrEqual(90_000);
});
