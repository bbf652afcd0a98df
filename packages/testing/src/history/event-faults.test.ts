import { expect, test } from "vitest";
import { dumpOf } from "../databases/table-dump.ts";
import { faultsInEvents, type EventOfTag } from "./event-faults.ts";

const row = (id: number, deleted: number) => ({ id, image_id: "x", value: "a", deleted });
const dump = dumpOf(new Map([["image_tags", [row(1, 1), row(2, 0)]]]));
const told = (...actions: EventOfTag["action"][]): EventOfTag[] =>
  actions.map((action) => ({ imageId: "x", tag: "a", action }));

test("one event for each change that the rows tell of is right", () => {
  expect(faultsInEvents(dump, told("added", "removed", "added"))).toEqual([]);
});

test.each([
  ["lost", told("added", "added")],
  ["of a change that was not made", told("added", "removed", "added", "removed")],
  ["out of order", told("added", "added", "removed")],
  [
    "of a tag that there is not",
    [...told("added", "removed", "added"), { imageId: "y", tag: "b", action: "added" as const }],
  ],
])("one that is %s is told", (_, events) => {
  expect(faultsInEvents(dump, events)).toHaveLength(1);
});
