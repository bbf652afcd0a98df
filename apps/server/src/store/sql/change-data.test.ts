import { setImmediate } from "node:timers/promises";
import { changesBetween } from "@imagetags/testing/databases/table-dump";
import { expect, test } from "vitest";
import type { StoreUnderTest } from "../../testing/database-kind.ts";
import { describeOnDatabases } from "../../testing/database-kinds.ts";
import { newImage } from "../../testing/make-image.ts";
import type { NewImage, ReceivedData } from "../../images/model/image-record.ts";
import type { ImageKey, Usage } from "../../images/model/image-store.ts";

const allow = (): undefined => undefined;
const DATA: ReceivedData = {
  size: 5,
  virtualSize: 7,
  checksum: "m".repeat(32),
  osHashAlgo: "sha512",
  osHashValue: "s".repeat(128),
  location: "file:///data/images/a.img",
};

async function imageThat(db: StoreUnderTest, said: Partial<NewImage> = {}): Promise<ImageKey> {
  const image = newImage(said);
  await db.store.createImage(image);
  return { imageId: image.id, projectId: "alpha" };
}

/** What a piece of work changes: each row's table and the columns that differ. */
async function changesBy(db: StoreUnderTest, work: () => Promise<unknown>) {
  const before = await db.dump();
  await work();
  return changesBetween(before, await db.dump()).map(({ table, change, row }) => ({ table, change, row }));
}

describeOnDatabases("uploads in an image store on", (kind) => {
  const { open } = kind;
  const time = () => new Date("2031-01-01T00:00:00Z");

  test("of 32 that begin at once, through two open stores, one begins", async () => {
    await using db = await open();
    const another = await db.openAnother();
    const key = await imageThat(db);
    const outcomes = await Promise.all(
      Array.from({ length: 32 }, (_, index) =>
        (index % 2 === 0 ? db.store : another).beginUpload(key, allow, allow),
      ),
    );
    expect(outcomes.toSorted()).toEqual(["begun", ...Array(31).fill("not-queued")]);
  });

  test("one that begins and ends writes the image's own columns and one location", async () => {
    await using db = await open(time);
    const key = await imageThat(db, { tags: ["a"], properties: new Map([["os", "linux"]]) });
    const changes = await changesBy(db, async () => {
      expect(await db.store.beginUpload(key, allow, allow)).toBe("begun");
      expect(await db.store.finishUpload(key.imageId, DATA)).toBe("active");
    });
    expect(changes).toEqual([
      {
        table: "image_locations",
        change: "new",
        row: {
          id: expect.any(Number),
          image_id: key.imageId,
          value: DATA.location,
          meta_data: "{}",
          status: "active",
          created_at: "2031-01-01 00:00:00.000000",
          updated_at: "2031-01-01 00:00:00.000000",
          deleted_at: null,
          deleted: 0,
        },
      },
      {
        table: "images",
        change: ["checksum", "os_hash_algo", "os_hash_value", "size", "status", "virtual_size"],
        row: expect.objectContaining({ status: "active", size: 5, virtual_size: 7, checksum: DATA.checksum }),
      },
    ]);
    expect((await db.store.findImageData(key))?.locations).toEqual([DATA.location]);
  });

  test("one that begins asks with the image as it is, and what it is told is thrown, and nothing is written", async () => {
    await using db = await open();
    const key = await imageThat(db, { name: "asked", diskFormat: "raw" });
    const refusal = new Error("not this one");
    const changes = await changesBy(db, async () => {
      const begin = db.store.beginUpload(key, allow, (image) => {
        expect(image).toMatchObject({ id: key.imageId, name: "asked", diskFormat: "raw", status: "queued" });
        return refusal;
      });
      await expect(begin).rejects.toBe(refusal);
      await expect(db.store.beginUpload(key, () => refusal, allow)).rejects.toBe(refusal);
    });
    expect(changes).toEqual([]);
  });

  test.each(["saving", "active", "deactivated", "importing"])(
    "none begins on an image that is %s",
    async (status) => {
      await using db = await open();
      const key = await imageThat(db, { status });
      const changes = await changesBy(db, async () => {
        expect(await db.store.beginUpload(key, allow, allow)).toBe("not-queued");
      });
      expect(changes).toEqual([]);
    },
  );

  test("none ends that did not begin, or whose image is gone, and nothing is written", async () => {
    await using db = await open();
    const queued = await imageThat(db);
    const gone = await imageThat(db);
    await db.store.beginUpload(gone, allow, allow);
    await db.store.deleteImage(gone, allow);
    const changes = await changesBy(db, async () => {
      for (const imageId of [queued.imageId, gone.imageId, "unknown"]) {
        expect(await db.store.finishUpload(imageId, DATA)).toBe("gone");
      }
    });
    expect(changes).toEqual([]);
  });

  test("one that is abandoned leaves the image queued, as if it had never begun", async () => {
    await using db = await open(time);
    const key = await imageThat(db);
    const changes = await changesBy(db, async () => {
      await db.store.beginUpload(key, allow, allow);
      expect(await db.store.abandonUpload(key.imageId)).toBe("abandoned");
    });
    expect(changes).toEqual([]);
    expect(await db.store.beginUpload(key, allow, allow)).toBe("begun");
  });

  test("one stays as it is when its data cannot be taken back before another may begin", async () => {
    await using db = await open(time);
    const key = await imageThat(db);
    await db.store.beginUpload(key, allow, allow);
    const refused = new Error("not now");
    const changes = await changesBy(db, async () => {
      await expect(db.store.abandonUpload(key.imageId, () => refused)).rejects.toBe(refused);
    });
    expect(changes).toEqual([]);
    expect(await db.store.beginUpload(key, allow, () => undefined)).toBe("not-queued");
  });

  test("there is nothing to abandon on an image that does not wait", async () => {
    await using db = await open();
    const [queued, active, deleted] = [
      await imageThat(db),
      await imageThat(db, { status: "active" }),
      await imageThat(db),
    ];
    await db.store.deleteImage(deleted, allow);
    const changes = await changesBy(db, async () => {
      expect(await db.store.abandonUpload(queued.imageId)).toBe("not-saving");
      expect(await db.store.abandonUpload(active.imageId)).toBe("not-saving");
      expect(await db.store.abandonUpload(deleted.imageId)).toBe("deleted");
      expect(await db.store.abandonUpload("unknown")).toBe("no-image");
    });
    expect(changes).toEqual([]);
  });

  test("a deletion takes the location along when it is the image's own, and hands the data over", async () => {
    await using db = await open();
    const key = await imageThat(db);
    await db.store.beginUpload(key, allow, allow);
    await db.store.finishUpload(key.imageId, DATA);
    const asked: string[] = [];
    const outcome = await db.store.deleteImage(
      { ...key, imageId: key.imageId.toUpperCase() },
      allow,
      (imageId) => {
        asked.push(imageId);
        return DATA.location;
      },
    );
    expect(outcome).toEqual({ dataOf: key.imageId });
    expect(asked).toEqual([key.imageId]);
    expect(await db.store.findImageData(key)).toBeUndefined();
    const locations = [...((await db.dump()).get("image_locations")?.values() ?? [])];
    const its = locations.filter((row) => row["image_id"] === key.imageId);
    expect(its.map((row) => row["deleted"])).toEqual([1]);
  });

  test("a deletion is refused when any of the data lies elsewhere", async () => {
    await using db = await open();
    const key = await imageThat(db);
    await db.store.beginUpload(key, allow, allow);
    await db.store.finishUpload(key.imageId, DATA);
    const changes = await changesBy(db, async () => {
      expect(await db.store.deleteImage(key, allow, () => `${DATA.location}x`)).toBe("has-data");
    });
    expect(changes).toEqual([]);
  });

  test("image and location are found as they were at one time, also as an upload ends", async () => {
    await using db = await open();
    const another = await db.openAnother();
    const found = new Set<string>();
    for (let round = 0; round < 20; round += 1) {
      const key = await imageThat(db);
      await db.store.beginUpload(key, allow, allow);
      const upload = { ended: false };
      const readers = Array.from({ length: 4 }, async () => {
        while (!upload.ended) {
          await setImmediate();
          const { image, locations } = (await another.findImageData(key)) ?? {};
          found.add(`${image?.status} ${image?.size} ${locations?.length}`);
        }
      });
      await db.store.finishUpload(key.imageId, DATA);
      upload.ended = true;
      await Promise.all(readers);
      const { image, locations } = (await another.findImageData(key)) ?? {};
      found.add(`${image?.status} ${image?.size} ${locations?.length}`);
    }
    expect([...found].toSorted()).toEqual(["active 5 1", "saving null 0"]);
  });
});

describeOnDatabases("the usage of a project on", ({ open }) => {
  test("is what its images are and have, and more than is admitted is refused", async () => {
    await using db = await open();
    const refused = new Error("too much");
    const owner = "the only one";
    const two = ({ images }: Usage) => (images > 2 ? refused : undefined);
    await db.store.createImage(newImage({ owner }), two);
    const outcomes = await Promise.allSettled(
      Array.from({ length: 8 }, () => db.store.createImage(newImage({ owner }), two)),
    );
    expect(outcomes.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    expect(outcomes.find(({ status }) => status === "rejected")).toMatchObject({ reason: refused });
    expect(await db.store.findUsage(owner)).toEqual({ images: 2, bytes: 0 });
    const key = await imageThat(db, { owner: "another" });
    await db.store.beginUpload(key, allow, allow);
    const most = ({ bytes }: Usage) => (bytes > 4 ? refused : undefined);
    await expect(db.store.finishUpload(key.imageId, DATA, most)).rejects.toBe(refused);
    expect(await db.store.findUsage("another")).toEqual({ images: 1, bytes: 0 });
    await db.store.finishUpload(key.imageId, DATA, ({ bytes }) => (bytes > 5 ? refused : undefined));
    expect(await db.store.findUsage("another")).toEqual({ images: 1, bytes: 5 });
  });
});
