import { expect, test } from "vitest";
import { describeOnDatabases } from "../../../testing/database-kinds.ts";
import { listFilter } from "../../../testing/list-filter.ts";
import { newImage } from "../../../testing/make-image.ts";

const KILOBYTE = 1024;

describeOnDatabases("a page of large images on", ({ open }) => {
  test("ends early, and the next one goes on with what was left out", async () => {
    await using db = await open();
    // 16 properties of 60 KB: each image has nearly a megabyte.
    const properties = new Map(
      Array.from({ length: 16 }, (_, index) => [`p${index}`, "é".repeat(30 * KILOBYTE)]),
    );
    const names = Array.from({ length: 9 }, (_, index) => `large ${index}`);
    for (const name of names) {
      await db.store.createImage(newImage({ name, owner: "large", properties }));
    }
    const pages: (string | null)[][] = [];
    for (let after: string | undefined, more = true; more;) {
      const page = await db.store.listImages(
        listFilter({ projectId: "large", conditions: [ownedByLarge], limit: 1000, after }),
      );
      if (page === "no-marker") throw new Error("The marker is lost.");
      pages.push(page.images.map(({ name }) => name));
      expect(page.images[0]?.properties).toEqual(properties);
      after = page.images.at(-1)?.id;
      more = page.mayGoOn;
    }
    expect(pages.map((page) => page.length)).toEqual([4, 4, 1]);
    expect(pages.flat().toSorted()).toEqual(names);
  });

  test("has its first image however large that is", async () => {
    await using db = await open();
    const properties = new Map(
      Array.from({ length: 100 }, (_, index) => [`p${index}`, "x".repeat(60 * KILOBYTE)]),
    );
    for (const name of ["one", "other"]) {
      await db.store.createImage(newImage({ name, owner: "large", properties }));
    }
    const page = await db.store.listImages(listFilter({ projectId: "large", conditions: [ownedByLarge] }));
    if (page === "no-marker") throw new Error("There is no marker.");
    expect([page.images.length, page.mayGoOn]).toEqual([1, true]);
  });
});

const ownedByLarge = { kind: "one-of", field: "owner", values: ["large"] } as const;
