import { expect, test } from "vitest";
import { NoTagHistoryError } from "../errors/refusal-errors.ts";
import { createClient } from "../client.ts";
import { changesToUndo, undo } from "./undo.ts";

interface Told {
  readonly id: string;
  readonly action: "added" | "removed";
  readonly tag: string;
}

/** A client of a server that tells of these events, newest first, one to a page, and undoes all but those that are old. */
function clientOf(events: readonly Told[], source = "events", changed: readonly string[] = []) {
  const asked: string[] = [];
  const fetch = async (input: RequestInfo | URL, init?: RequestInit) => {
    const request = new Request(input, init);
    const url = new URL(request.url);
    asked.push(`${request.method} ${url.pathname}${url.search}`);
    const json = (status: number, body: unknown) =>
      new Response(JSON.stringify(body), { status, headers: { "Content-Type": "application/json" } });
    if (request.method === "POST") {
      const isChanged = changed.some((id) => url.pathname.includes(id));
      if (!isChanged) return new Response(null, { status: 204 });
      const error = { code: 409, title: "Conflict", message: "since", reason: "tag-changed-since" };
      return json(409, { error });
    }
    const marker = url.searchParams.get("marker");
    const index = marker === null ? 0 : events.findIndex(({ id }) => id === marker) + 1;
    const page = events.slice(index, index + 1).map((event) => ({ ...EVENT, ...event }));
    const next =
      index + 1 < events.length ? { next: `/v2/tag-events?limit=1&marker=${events[index]?.id}` } : {};
    return json(200, {
      tag_events: page,
      source,
      first: "/v2/tag-events",
      schema: "/v2/schemas/tag-events",
      ...next,
    });
  };
  return { client: createClient({ endpoint: "http://127.0.0.1:1", token: "token-of-a-test", fetch }), asked };
}

const EVENT = {
  time: "2031-01-01T00:00:00.000000Z",
  image_id: "x",
  user_id: "u",
  project_id: "p",
  roles: [],
  request_id: null,
  application_credential_id: null,
  trust_id: null,
};

test("of several changes of one tag the newest is undone, unless they took each other back", async () => {
  const { client, asked } = clientOf(
    [
      { id: "e5", action: "removed", tag: "a" },
      { id: "e4", action: "added", tag: "b" },
      { id: "e3", action: "added", tag: "a" },
      { id: "e2", action: "removed", tag: "b" },
      { id: "e1", action: "removed", tag: "a" },
      { id: "e0", action: "added", tag: "c" },
    ],
    "events",
    ["e0"],
  );
  const filter = { since: "2031-01-01T00:00:00Z", image: "x", user: "u" };
  const dry = await Array.fromAsync(undo(client, filter, { dryRun: true }));
  expect(dry.map(({ event, outcome }) => [event.id, outcome])).toEqual([
    ["e5", "wouldUndo"],
    ["e0", "wouldUndo"],
  ]);
  expect(asked[0]).toBe("GET /v2/tag-events?since=2031-01-01T00%3A00%3A00Z&image_id=x&user_id=u&limit=1000");
  const done = await Array.fromAsync(undo(client, filter));
  expect(new Map(done.map(({ event, outcome }) => [event.id, outcome]))).toEqual(
    new Map([
      ["e5", "undone"],
      ["e0", "changedSince"],
    ]),
  );
});

test("what was done in a request is looked for until a day before what was found of it", async () => {
  const hour = 3600_000;
  const done = Date.parse(EVENT.time);
  const uuidAt = (ms: number) => {
    const hex = ms.toString(16).padStart(12, "0");
    return `${hex.slice(0, 8)}-${hex.slice(8)}-7000-8000-000000000000`;
  };
  const event = { ...EVENT, id: uuidAt(done), action: "removed", tag: "a" };
  // Each page went through the events until its marker: nothing newer, the event, and nothing in the day before it.
  const pages = [
    { events: [], until: done + hour },
    { events: [event], until: done - hour },
    { events: [], until: done - 23 * hour },
    { events: [], until: done - 25 * hour },
  ];
  const asked: string[] = [];
  const fetch = async (input: RequestInfo | URL) => {
    const { events = [], until = 0 } = pages[asked.length] ?? {};
    asked.push(new URL(new Request(input).url).search);
    const told = { source: "events", first: "/v2/tag-events", schema: "/v2/schemas/tag-events" };
    const next = `/v2/tag-events?marker=${uuidAt(until)}`;
    return Response.json({ tag_events: events, next, ...told });
  };
  const client = createClient({ endpoint: "http://127.0.0.1:1", token: "token-of-a-test", fetch });
  const found = await changesToUndo(client, { request: "req-1" });
  expect(found.map(({ id }) => id)).toEqual([event.id]);
  expect(asked).toHaveLength(4);
  expect(asked[0]).toBe("?request_id=req-1&limit=1000");
});

test("what Glance's rows tell cannot be undone", async () => {
  const { client } = clientOf([{ id: "e", action: "removed", tag: "a" }], "glance");
  await expect(changesToUndo(client, {})).rejects.toThrow(NoTagHistoryError);
});
