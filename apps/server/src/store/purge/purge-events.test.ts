import { expect, test } from "vitest";
import { describeOnDatabases } from "../../testing/database-kinds.ts";
import { newImage } from "../../testing/make-image.ts";
import { parseDatabaseUrl } from "../database-url.ts";
import { openDatabase } from "../open-database.ts";
import { purgeEvents } from "./purge-events.ts";

describeOnDatabases("purging events", (kind) => {
  test("takes what is older than the time, and counts it before; where there are none it says nothing", async () => {
    let day = 1;
    await using db = await kind.open(() => new Date(Date.UTC(2031, 0, day)));
    const image = newImage();
    await db.store.createImage(image);
    const key = { imageId: image.id, projectId: "alpha" };
    for (day = 2; day <= 6; day += 1) await db.store.addTag(key, `day-${day}`, 100, () => undefined);
    const limits = { poolSize: 2, connectTimeout: 10_000, statementTimeout: 10_000 };
    const { store, database } = await openDatabase({ location: parseDatabaseUrl(db.url), ...limits });
    const reported: number[] = [];
    const options = {
      before: new Date(Date.UTC(2031, 0, 5)),
      signal: new AbortController().signal,
      batch: 2,
      report: (rows: number) => void reported.push(rows),
    };
    await purgeEvents(database, { ...options, dryRun: true });
    await purgeEvents(database, { ...options, dryRun: false });
    await purgeEvents(database, { ...options, dryRun: false });
    expect(reported).toEqual(kind.hasGlancesImages ? [] : [3, 3, 0]);
    const { events } = await store.walkTagEvents({
      imageId: image.id,
      limit: 10,
      projectId: null,
      withRecords: false,
    });
    const left = events.map(({ event }) => event.tag);
    if (!kind.hasGlancesImages) expect(left).toEqual(["day-6", "day-5"]);
    await store.close();
  });
});
