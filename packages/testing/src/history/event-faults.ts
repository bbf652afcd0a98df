import type { TableDump } from "../databases/table-dump.ts";

/** What an event says of a tag, by the ids as they are stored. */
export interface EventOfTag {
  readonly imageId: string;
  readonly tag: string;
  readonly action: "added" | "removed";
}

/**
 * What is wrong with the events of images, oldest first, beside their rows of tags. Each row of a tag was added once, and
 * removed once if it is not live. So there is one event for each of that, none besides, and of one tag they take turns.
 */
export function faultsInEvents(dump: TableDump, events: readonly EventOfTag[]): string[] {
  const told = Map.groupBy(events, ({ imageId, tag }) => nameOf(imageId, tag));
  const rows = Map.groupBy(dump.get("image_tags")?.values() ?? [], (row) =>
    nameOf(String(row["image_id"]), String(row["value"])),
  );
  return [...new Set([...told.keys(), ...rows.keys()])].flatMap((name) => {
    const of = rows.get(name) ?? [];
    const removed = of.filter(({ deleted }) => Number(deleted) !== 0).length;
    // A row that is live is the last.
    const expected = of.flatMap((_, index) => (index < removed ? ["added", "removed"] : ["added"]));
    const actions = (told.get(name) ?? []).map(({ action }) => action);
    return actions.join() === expected.join()
      ? []
      : [`${name} has ${of.length} rows, ${removed} of them removed, and the events ${actions.join(", ")}`];
  });
}

function nameOf(imageId: string, tag: string): string {
  return `tag ${tag} of image ${imageId}`;
}
