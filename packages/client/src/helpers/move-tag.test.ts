import type { TagEvent } from "@imagetags/contract";
import { describe, expect, test } from "vitest";
import { NoTagHistoryError, NotServedError, RefusedError } from "../errors/refusal-errors.ts";
import { errorOf, json, startTestServer, text } from "../testing/test-server.ts";
import { lastMove } from "./last-move.ts";
import { moveTag } from "./move-tag.ts";

describe("moveTag", () => {
  test("asks once, and gives what it was taken from", async () => {
    await using server = await startTestServer(json(200, { tag: "a/b", to: "new", from: ["old"] }));
    expect(await moveTag(server.client(), "a/b", { to: "new" })).toEqual({
      tag: "a/b",
      to: "new",
      from: ["old"],
    });
    await moveTag(server.client(), "a/b", { to: "new", from: "old" });
    expect(server.arrivals.map(({ method, target, body }) => [method, target, JSON.parse(body)])).toEqual([
      ["POST", "/v2/tags/a%2Fb/move", { to: "new" }],
      ["POST", "/v2/tags/a%2Fb/move", { to: "new", from: "old" }],
    ]);
  });

  test("is not sent again where it may have been done", async () => {
    await using server = await startTestServer(json(503, {}));
    await expect(moveTag(server.client({ retry: { attempts: 4 } }), "a", { to: "new" })).rejects.toThrow();
    expect(server.arrivals).toHaveLength(1);
  });

  test("tells a server that cannot move tags from one that refuses to", async () => {
    await using glance = await startTestServer(text(404, "text/html", "<h1>404 Not Found</h1>"));
    await expect(moveTag(glance.client(), "a", { to: "new" })).rejects.toThrow(NotServedError);
    await using server = await startTestServer(json(404, errorOf(404, "Not Found", "none", "no-such-tag")));
    await expect(moveTag(server.client(), "a", { to: "new" })).rejects.toThrow(RefusedError);
  });
});

type Told = Pick<TagEvent, "action" | "image_id" | "request_id"> & { readonly minute?: number };

/** A server whose history of the tag is this, newest first. */
function startHistory(events: readonly Told[], source = "events") {
  const tag_events = events.map(({ minute = 0, ...event }, index) => ({
    id: `019c3a52-7c00-7000-8000-00000000000${index}`,
    time: `2031-01-01T00:${String(minute).padStart(2, "0")}:00.00000${9 - index}Z`,
    tag: "a",
    user_id: "u",
    project_id: "p",
    roles: [],
    application_credential_id: null,
    trust_id: null,
    ...event,
  }));
  return startTestServer(json(200, { tag_events, source, first: "", schema: "" }));
}

const event = (
  action: "added" | "removed",
  image_id: string,
  request_id: string | null,
  minute = 0,
): Told => ({
  action,
  image_id,
  request_id,
  minute,
});

describe("lastMove", () => {
  test.each<[string, readonly Told[], object | undefined]>([
    [
      "is the newest request that took the tag from images and added it to one",
      [
        event("added", "z", "r9"),
        event("removed", "x", "r3"),
        event("added", "y", "r3"),
        event("added", "x", "r2"),
        event("removed", "w", "r2"),
      ],
      { to: "y", from: ["x"], time: "2031-01-01T00:00:00.000007Z", userId: "u" },
    ],
    [
      "has all images that lost it, though others were changed between",
      [
        event("removed", "x", "r3"),
        event("added", "y", "r3"),
        event("removed", "o", "r4"),
        event("removed", "w", "r3"),
      ],
      { to: "y", from: ["x", "w"], time: "2031-01-01T00:00:00.000006Z", userId: "u" },
    ],
    [
      "is none where the tag only came and went",
      [event("removed", "x", "r1"), event("added", "x", "r0")],
      undefined,
    ],
    [
      "is none of changes that nobody asked for",
      [event("removed", "x", null), event("added", "y", null)],
      undefined,
    ],
    [
      "is none of a caller's requests of one name, one after the other",
      [event("removed", "x", "r", 9), event("added", "y", "r", 5)],
      undefined,
    ],
    [
      "is none where one image lost and gained it",
      [event("removed", "x", "r"), event("added", "x", "r")],
      undefined,
    ],
  ])("%s", async (_, events, expected) => {
    await using server = await startHistory(events);
    expect(await lastMove(server.client(), "a")).toEqual(expected);
  });

  test("is the last one to an image, where one is asked for", async () => {
    const moves = [
      event("added", "z", "r2"),
      event("removed", "y", "r2"),
      event("added", "y", "r1"),
      event("removed", "x", "r1"),
    ];
    await using server = await startHistory(moves);
    expect(await lastMove(server.client(), "a", { to: "y" })).toMatchObject({ to: "y", from: ["x"] });
  });

  test("is not to be known from Glance's rows", async () => {
    await using server = await startHistory([event("removed", "x", null)], "glance");
    await expect(lastMove(server.client(), "a")).rejects.toThrow(NoTagHistoryError);
  });
});
