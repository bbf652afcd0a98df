import { sql, type Kysely } from "kysely";
import { MOST_MOVED_FROM, type PropertyValue } from "@imagetags/contract";
import type { Dialect } from "./dialect.ts";
import { markTagsDeleted, toggleImages, touchImages } from "./mark-rows.ts";
import type { ReceivedData } from "../../images/model/image-record.ts";
import { compileEventStatements } from "./events/event-statements.ts";
import { compileMemberStatements } from "./member-statements.ts";
import { compileRuleStatements } from "./rules/rule-statements.ts";
import { REQUIRED_COLUMNS, type Schema } from "./schema.ts";
import { Statement } from "./statement.ts";

interface ImageArgs {
  readonly imageId: string;
}

interface ChangeArgs extends ImageArgs {
  readonly now: string;
}

interface KeyArgs extends ImageArgs {
  readonly projectId: string | null;
}

interface TagArgs extends ImageArgs {
  readonly tag: string;
}

/**
 * Values that are written into the text and not passed as parameters: an index of live rows is used only where
 * the text says so. Glance has an index of `deleted` alone, which SQLite would take for `deleted = 0` and look
 * through the live rows of every image. So that is written `not deleted`.
 */
const yes = sql.lit(true);
const no = sql.lit(false);
/*
 * SQLite prepares a statement anew at each use, for three times its cost, where the value of a parameter might change its
 * plan: a limit, or what a column must equal in a statement with an order. So limits are written out, and a statement
 * with an order asks whether a column is `in` a list of one.
 */
const one = sql.lit(1);

/** The statements of fixed text, compiled for the database that `db` and `dialect` speak to. */
export function compileStatements(db: Kysely<Schema>, dialect: Dialect) {
  return {
    dialect,

    /** Takes the row lock of an image. Others who change it wait for the end of this transaction. */
    lockImage: new Statement(db, (query, slot: ImageArgs) =>
      query
        .selectFrom("images")
        .select("id")
        .where(dialect.isOneOf("images.id", [slot.imageId]))
        .where("deleted", "=", no)
        .$if(dialect.locksRows, (locking) => locking.forUpdate()),
    ),

    /** See {@link toggleImages}. */
    toggleImage: new Statement(db, (query, slot: ImageArgs) =>
      toggleImages(query)
        .where(dialect.isOneOf("images.id", [slot.imageId]))
        .where("deleted", "=", no),
    ),

    /** The images of a project that bear a tag, up to two more than a move takes it from. */
    findBearers: new Statement(db, (query, slot: { readonly tag: string; readonly owner: string }) =>
      query
        .selectFrom("image_tags")
        .innerJoin("images", "images.id", "image_tags.image_id")
        .select("images.id")
        .distinct()
        .where(dialect.isOneOf("image_tags.value", [slot.tag]))
        .where("image_tags.deleted", "=", no)
        .where(dialect.isOneOf("images.owner", [slot.owner]))
        .where((row) => row.not("images.deleted"))
        .limit(sql.lit(MOST_MOVED_FROM + 2)),
    ),

    findAccess: new Statement(db, (query, slot: KeyArgs) => accessQuery(query, dialect, slot)),

    /** The same, and whether the image bears a tag. */
    findAccessAndTag: new Statement(db, (query, slot: KeyArgs & TagArgs) =>
      accessQuery(query, dialect, slot).select((row) =>
        row
          .exists(
            row
              .selectFrom("image_tags")
              .select("image_tags.id")
              .whereRef("image_tags.image_id", "=", "images.id")
              .where(dialect.isOneOf("image_tags.value", [slot.tag]))
              .where("image_tags.deleted", "=", no),
          )
          .as("bears_tag"),
      ),
    ),

    findImage: new Statement(db, (query, slot: ImageArgs) =>
      query.selectFrom("images").select(REQUIRED_COLUMNS.images).where("id", "=", slot.imageId),
    ),

    removeTag: new Statement(db, (query, slot: TagArgs & ChangeArgs) =>
      markTagsDeleted(query, slot.now)
        .where("image_id", "=", slot.imageId)
        .where(dialect.isOneOf("image_tags.value", [slot.tag])),
    ),

    removeAllTags: new Statement(db, (query, slot: ChangeArgs) =>
      markTagsDeleted(query, slot.now).where("image_id", "=", slot.imageId),
    ),

    insertTag: new Statement(db, (query, slot: TagArgs & ChangeArgs) =>
      query.insertInto("image_tags").values({
        image_id: slot.imageId,
        value: slot.tag,
        created_at: slot.now,
        updated_at: slot.now,
        deleted_at: null,
        deleted: no,
      }),
    ),

    /** Inserts several tags. Each number of tags has a text of its own. */
    insertTags: ({ imageId, tags, now }: ChangeArgs & { readonly tags: readonly string[] }) =>
      db
        .insertInto("image_tags")
        .values(
          tags.map((value) => ({
            image_id: imageId,
            value,
            created_at: now,
            updated_at: now,
            deleted_at: null,
            deleted: no,
          })),
        )
        .compile(),

    findTag: new Statement(db, (query, slot: TagArgs) =>
      query
        .selectFrom("image_tags")
        .select("id")
        .where("image_id", "=", slot.imageId)
        .where(dialect.isOneOf("image_tags.value", [slot.tag]))
        .where("deleted", "=", no)
        .limit(one),
    ),

    /** The tags of an image, each with every other row whose tag the column takes for equal. */
    equalTags: new Statement(db, (query, slot: ImageArgs) =>
      query
        .selectFrom("image_tags")
        .innerJoin("image_tags as other", (join) =>
          join
            .onRef("other.image_id", "=", "image_tags.image_id")
            .onRef("other.value", "=", "image_tags.value")
            .onRef("other.id", "<>", "image_tags.id"),
        )
        .select(["image_tags.value as tag", "other.value as other"])
        .where("image_tags.image_id", "=", slot.imageId)
        .where("image_tags.deleted", "=", no)
        .where("other.deleted", "=", no),
    ),

    /** Counts the different tags of an image. Glance may have stored one in several rows. */
    countTags: new Statement(db, (query, slot: ImageArgs) =>
      query
        .selectFrom("image_tags")
        .select((row) => row.fn.count(dialect.exact("image_tags.value")).distinct().as("tags"))
        .where("image_id", "=", slot.imageId)
        .where("deleted", "=", no),
    ),

    /** The tags of an image. One in several rows comes several times. */
    tagValues: new Statement(db, (query, slot: ImageArgs) =>
      query
        .selectFrom("image_tags")
        .select("value")
        .where("image_id", "=", slot.imageId)
        .where("deleted", "=", no),
    ),

    propertiesOf: new Statement(db, (query, slot: ImageArgs) =>
      query
        .selectFrom("image_properties")
        .select(["name", "value"])
        .where("image_id", "in", [slot.imageId])
        .where((row) => row.not("deleted"))
        .orderBy("name"),
    ),

    touchImage: new Statement(db, (query, slot: ChangeArgs) =>
      touchImages(query, slot.now).where("id", "=", slot.imageId),
    ),

    insertProperty: new Statement(
      db,
      (query, slot: ChangeArgs & { readonly name: string; readonly value: PropertyValue }) =>
        query.insertInto("image_properties").values({
          image_id: slot.imageId,
          name: slot.name,
          value: slot.value,
          created_at: slot.now,
          updated_at: slot.now,
          deleted_at: null,
          deleted: no,
        }),
    ),

    /** Glance allows one row for each name of an image, so a deleted one is revived. */
    setProperty: new Statement(
      db,
      (query, slot: ChangeArgs & { readonly name: string; readonly value: PropertyValue }) =>
        query
          .updateTable("image_properties")
          .set({ value: slot.value, updated_at: slot.now, deleted_at: null, deleted: no })
          .where("image_id", "=", slot.imageId)
          .where(dialect.isOneOf("image_properties.name", [slot.name])),
    ),

    removeProperty: new Statement(db, (query, slot: ChangeArgs & { readonly name: string }) =>
      query
        .updateTable("image_properties")
        .set({ deleted: yes, deleted_at: slot.now, updated_at: slot.now })
        .where("image_id", "=", slot.imageId)
        .where(dialect.isOneOf("image_properties.name", [slot.name]))
        .where((row) => row.not("deleted")),
    ),

    idTaken: new Statement(db, (query, slot: ImageArgs) =>
      query.selectFrom("images").select("id").where("id", "=", slot.imageId),
    ),

    locations: new Statement(db, (query, slot: ImageArgs) =>
      query
        .selectFrom("image_locations")
        .select("value")
        .where("image_id", "in", [slot.imageId])
        .where((row) => row.not("deleted"))
        .orderBy("id"),
    ),

    /** Takes the row lock of a project's oldest image, so that its images are counted one change at a time. */
    lockProject: new Statement(db, (query, slot: { readonly owner: string }) =>
      query
        .selectFrom("images")
        .select("id")
        .where(dialect.isOneOf("images.owner", [slot.owner]))
        .where((row) => row.not("deleted"))
        .orderBy("created_at")
        .orderBy("id")
        .limit(one)
        .$if(dialect.locksRows, (locking) => locking.forUpdate()),
    ),

    usage: new Statement(db, (query, slot: { readonly owner: string }) =>
      query
        .selectFrom("images")
        .select((row) => [row.fn.countAll().as("images"), row.fn.sum("size").as("bytes")])
        .where(dialect.isOneOf("images.owner", [slot.owner]))
        .where((row) => row.not("deleted")),
    ),

    insertLocation: new Statement(db, (query, slot: ChangeArgs & { readonly location: string }) =>
      query.insertInto("image_locations").values({
        image_id: slot.imageId,
        value: slot.location,
        meta_data: "{}",
        status: "active",
        created_at: slot.now,
        updated_at: slot.now,
        deleted_at: null,
        deleted: no,
      }),
    ),

    removeLocations: new Statement(db, (query, slot: ChangeArgs) =>
      query
        .updateTable("image_locations")
        .set({ status: "deleted", deleted: yes, deleted_at: slot.now, updated_at: slot.now })
        .where("image_id", "=", slot.imageId)
        .where((row) => row.not("deleted")),
    ),

    /** Only one of several uploads of an image gets past this. */
    markSaving: new Statement(db, (query, slot: ImageArgs) =>
      query
        .updateTable("images")
        .set({ status: "saving" })
        .where("id", "=", slot.imageId)
        .where("status", "=", "queued")
        .where("deleted", "=", no),
    ),

    markActive: new Statement(db, (query, slot: ImageArgs & Omit<ReceivedData, "location">) =>
      query
        .updateTable("images")
        .set({
          status: "active",
          size: slot.size,
          virtual_size: slot.virtualSize,
          checksum: slot.checksum,
          os_hash_algo: slot.osHashAlgo,
          os_hash_value: slot.osHashValue,
        })
        .where("id", "=", slot.imageId)
        .where("status", "=", "saving")
        .where("deleted", "=", no),
    ),

    /** An image that is queued again has no size. Source: Glance, glance/domain/__init__.py. */
    markQueued: new Statement(db, (query, slot: ImageArgs) =>
      query
        .updateTable("images")
        .set({ status: "queued", size: null, virtual_size: null })
        .where("id", "=", slot.imageId)
        .where("status", "=", "saving")
        .where("deleted", "=", no),
    ),

    removeProperties: new Statement(db, (query, slot: ChangeArgs) =>
      query
        .updateTable("image_properties")
        .set({ deleted: yes, deleted_at: slot.now, updated_at: slot.now })
        .where("image_id", "=", slot.imageId)
        .where((row) => row.not("deleted")),
    ),

    deleteImage: new Statement(db, (query, slot: ChangeArgs) =>
      query
        .updateTable("images")
        .set({ status: "deleted", deleted: yes, deleted_at: slot.now })
        .where("id", "=", slot.imageId),
    ),

    ...compileMemberStatements(db, dialect),
    ...compileEventStatements(db, dialect),
    ...compileRuleStatements(db, dialect),
  };
}

/** What decides about access to an image that is not deleted. */
function accessQuery(db: Kysely<Schema>, dialect: Dialect, slot: KeyArgs) {
  return db
    .selectFrom("images")
    .select((row) => [
      "id",
      "owner",
      "visibility",
      "protected",
      row
        .exists(
          row
            .selectFrom("image_members")
            .select("image_members.id")
            .whereRef("image_members.image_id", "=", "images.id")
            .where(dialect.isOneOf("image_members.member", [slot.projectId]))
            .where((member) => member.not("image_members.deleted")),
        )
        .as("is_member"),
    ])
    .where(dialect.isOneOf("images.id", [slot.imageId]))
    .where("images.deleted", "=", no);
}

/** See {@link compileStatements}. */
export type Statements = ReturnType<typeof compileStatements>;
