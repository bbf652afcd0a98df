import { changesBetween, type Row } from "@imagetags/testing/databases/table-dump";
import { expect, test } from "vitest";
import type { StoreUnderTest } from "../../testing/database-kind.ts";
import { describeOnDatabases, heldDate } from "../../testing/database-kinds.ts";
import { newImage } from "../../testing/make-image.ts";
import type { ImageKey, OverQuota, Permit } from "../../images/model/image-store.ts";
import type { MemberRecord } from "../../images/model/member-record.ts";
import type { MemberPermit } from "../../images/model/member-store.ts";

const QUOTA = 128;
const allow: Permit = () => undefined;
const allowAll: MemberPermit = { image: allow, member: allow };
const refusal = new Error("no");
const refuse: Permit = () => refusal;

describeOnDatabases("the members of images in", (kind) => {
  const { open } = kind;
  test("are added as pending, listed oldest first, and no other row is written", async () => {
    await using db = await open(() => new Date("2031-01-01T00:00:00.123Z"));
    const key = await sharedImage(db);
    const before = await db.dump();
    await db.store.addMember(key, "zeta", QUOTA, allow);
    expect(await db.store.addMember(key, "beta", QUOTA, allow)).toEqual({
      imageId: key.imageId,
      memberId: "beta",
      status: "pending",
      createdAt: heldDate(kind, new Date("2031-01-01T00:00:00.123Z")),
      updatedAt: heldDate(kind, new Date("2031-01-01T00:00:00.123Z")),
    });
    expect(await membersOf(db, key)).toEqual({ zeta: "pending", beta: "pending" });
    expect(Object.keys(await membersOf(db, key))).toEqual(["zeta", "beta"]);
    const changes = changesBetween(before, await db.dump());
    expect(changes.map(({ table, change }) => [table, change])).toEqual([
      ["image_members", "new"],
      ["image_members", "new"],
    ]);
  });

  test("are added once, of 16 at once through two open stores", async () => {
    await using db = await open();
    const another = await db.openAnother();
    const key = await sharedImage(db);
    const outcomes = await Promise.all(
      Array.from({ length: 16 }, (_, index) =>
        (index % 2 === 0 ? db.store : another).addMember(key, "beta", QUOTA, allow),
      ),
    );
    expect(outcomes.filter((outcome) => outcome === "is-member")).toHaveLength(15);
    expect(await rowsOf(db, key)).toHaveLength(1);
  });

  test("are removed once, of 16 at once through two open stores", async () => {
    await using db = await open();
    const another = await db.openAnother();
    const key = await sharedImage(db, "beta", "gamma");
    const outcomes = await Promise.all(
      Array.from({ length: 16 }, (_, index) =>
        (index % 2 === 0 ? db.store : another).removeMember(key, "beta", allowAll),
      ),
    );
    expect(outcomes.toSorted()).toEqual([...Array(15).fill("no-member"), "removed"]);
    expect(await membersOf(db, key)).toEqual({ gamma: "pending" });
  });

  test("that were removed are added again, in the row they had, however often in one instant", async () => {
    let time = "2031-01-01T00:00:00.000Z";
    await using db = await open(() => new Date(time));
    const key = await sharedImage(db, "beta");
    time = "2031-01-01T00:00:05.000Z";
    for (let round = 0; round < 3; round += 1) {
      await db.store.setMemberStatus(key, "beta", "accepted", allowAll);
      expect(await db.store.removeMember(key, "beta", allowAll)).toBe("removed");
      expect(await rowsOf(db, key)).toMatchObject([{ deleted: 1, deleted_at: "2031-01-01 00:00:05.000000" }]);
      expect(await db.store.addMember(key, "beta", QUOTA, allow)).toMatchObject({
        status: "pending",
        createdAt: new Date("2031-01-01T00:00:00.000Z"),
        updatedAt: new Date("2031-01-01T00:00:05.000Z"),
      });
      expect(await rowsOf(db, key)).toMatchObject([{ deleted: 0, deleted_at: null, status: "pending" }]);
    }
  });

  test("are at most as many as the quota, which counts those that are there", async () => {
    await using db = await open();
    const key = await sharedImage(db, "a", "b", "c");
    expect(await db.store.addMember(key, "d", 3, allow)).toEqual({ overQuota: 4 } satisfies OverQuota);
    expect(await db.store.addMember(key, "a", 3, allow)).toEqual({ overQuota: 4 } satisfies OverQuota);
    await db.store.removeMember(key, "a", allowAll);
    expect(await db.store.addMember(key, "d", 3, allow)).toMatchObject({ memberId: "d" });
  });

  test("have a status, which is written where it differs only", async () => {
    let time = "2031-01-01T00:00:00.000Z";
    await using db = await open(() => new Date(time));
    const key = await sharedImage(db, "beta", "gamma");
    time = "2031-01-01T00:00:05.000Z";
    const set = (status: "pending" | "accepted") => db.store.setMemberStatus(key, "beta", status, allowAll);
    expect(await set("pending")).toMatchObject({ updatedAt: new Date("2031-01-01T00:00:00.000Z") });
    expect(await set("accepted")).toMatchObject({ status: "accepted", updatedAt: new Date(time) });
    expect(await membersOf(db, key)).toEqual({ beta: "accepted", gamma: "pending" });
    expect(await db.store.setMemberStatus(key, "delta", "accepted", allowAll)).toBe("no-member");
  });

  test("that a careless writer left in two rows are one member", async () => {
    await using db = await open();
    const key = await sharedImage(db);
    for (const status of ["pending", "rejected"]) await insertRow(db, key, { member: "beta", status });
    await insertRow(db, key, { member: "beta", deleted: 1, deleted_at: "2030-01-01 00:00:00.000000" });

    expect(await membersOf(db, key)).toEqual({ beta: "pending" });
    expect(await db.store.addMember(key, "beta", QUOTA, allow)).toBe("is-member");
    expect(await db.store.setMemberStatus(key, "beta", "pending", allowAll)).toMatchObject({
      status: "pending",
    });
    expect((await rowsOf(db, key)).filter(({ deleted }) => deleted === 0)).toMatchObject([
      { status: "pending" },
      { status: "pending" },
    ]);
    expect(await db.store.removeMember(key, "beta", allowAll)).toBe("removed");
    expect(await membersOf(db, key)).toEqual({});
    expect(await db.store.removeMember(key, "beta", allowAll)).toBe("no-member");
    expect(await rowsOf(db, key)).toMatchObject([{ member: "beta", deleted: 1 }]);
  });

  test("that a careless writer left in two rows do not keep their image from being deleted", async () => {
    await using db = await open();
    const key = await sharedImage(db, "gamma");
    for (const status of ["pending", "accepted"]) await insertRow(db, key, { member: "beta", status });
    await insertRow(db, key, { member: "delta", deleted: 1, deleted_at: "2030-01-01 00:00:00.000000" });
    expect(await db.store.deleteImage(key, allow)).toBe("deleted");
    const rows = (await rowsOf(db, key)).map(({ member, deleted }) => [member, deleted]);
    expect(rows.toSorted()).toEqual([
      ["beta", 1],
      ["delta", 1],
      ["gamma", 1],
    ]);
  });

  test("are not changed when a permit refuses, which is asked about the member only when it is there", async () => {
    await using db = await open();
    const key = await sharedImage(db, "beta");
    const before = await db.dump();
    const refusing: [image: Permit, member: Permit][] = [
      [refuse, allow],
      [allow, refuse],
    ];
    for (const [image, member] of refusing) {
      const permit = { image, member };
      await expect(db.store.setMemberStatus(key, "beta", "accepted", permit)).rejects.toBe(refusal);
      await expect(db.store.removeMember(key, "beta", permit)).rejects.toBe(refusal);
    }
    await expect(db.store.addMember(key, "gamma", QUOTA, refuse)).rejects.toBe(refusal);
    expect(await db.store.removeMember(key, "gamma", { image: allow, member: refuse })).toBe("no-member");
    expect(changesBetween(before, await db.dump())).toEqual([]);
  });

  test("are nobody's where there is no image", async () => {
    await using db = await open();
    const key = { imageId: "nowhere", projectId: "alpha" };
    expect(await db.store.findMembers(key)).toBeUndefined();
    expect(await db.store.addMember(key, "beta", QUOTA, refuse)).toBe("no-image");
    expect(await db.store.setMemberStatus(key, "beta", "accepted", allowAll)).toBe("no-image");
    expect(await db.store.removeMember(key, "beta", allowAll)).toBe("no-image");
  });
});

/** Makes a shared image with these members. */
async function sharedImage(db: StoreUnderTest, ...members: string[]): Promise<ImageKey> {
  const image = newImage({ visibility: "shared" });
  await db.store.createImage(image);
  const key = { imageId: image.id, projectId: "alpha" };
  for (const member of members) await db.store.addMember(key, member, QUOTA, allow);
  return key;
}

/** The members of an image with their status, in the order they are listed. */
async function membersOf(db: StoreUnderTest, key: ImageKey): Promise<Record<string, MemberRecord["status"]>> {
  const found = await db.store.findMembers(key);
  return Object.fromEntries((found?.members ?? []).map(({ memberId, status }) => [memberId, status]));
}

/** The rows of an image's memberships. */
async function rowsOf(db: StoreUnderTest, { imageId }: ImageKey): Promise<Row[]> {
  const rows = (await db.dump()).get("image_members") ?? new Map<string, Row>();
  return [...rows.values()].filter((row) => row["image_id"] === imageId);
}

function insertRow(db: StoreUnderTest, { imageId }: ImageKey, row: Row): Promise<void> {
  return db.insert("image_members", {
    image_id: imageId,
    can_share: 0,
    status: "pending",
    created_at: "2030-01-01 00:00:00.000000",
    updated_at: null,
    deleted_at: null,
    deleted: 0,
    ...row,
  });
}
