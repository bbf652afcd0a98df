import { sql, type Kysely } from "kysely";
import type { Migration } from "kysely/migration";
import type { Ddl } from "./ddl.ts";

/**
 * The tables that hold images, as Glance 25.1 has them. The index of `images.updated_at` is left out: every
 * change of a tag would write it, and no list is read from it. Source: Glance, alembic migrations.
 */
export const glanceTables = (ddl: Ddl): Migration => ({
  async up(db: Kysely<unknown>): Promise<void> {
    const { varchar } = ddl;
    const index = (table: string, name: string, columns: string[]) => ddl.index(db, { table, name, columns });
    const partOfImage = (name: string) =>
      softDeleted(name)
        .addColumn("id", "integer", (column) => ddl.counted(column.notNull().primaryKey()))
        .addColumn("image_id", varchar(36), (column) => column.notNull())
        .addForeignKeyConstraint(`${name}_image_id_fkey`, ["image_id"], "images", ["id"]);
    // Every table of Glance's ends with these columns. A row is marked as deleted, and not removed.
    const softDeleted = (name: string) =>
      ddl
        .table(db.schema.createTable(name).ifNotExists())
        .addColumn("created_at", ddl.time, (column) => column.notNull())
        .addColumn("updated_at", ddl.time)
        .addColumn("deleted_at", ddl.time)
        .addColumn("deleted", "boolean", (column) => column.notNull());

    await softDeleted("images")
      .addColumn("id", varchar(36), (column) => column.notNull().primaryKey())
      .addColumn("name", varchar(255))
      .addColumn("size", "bigint")
      .addColumn("status", varchar(30), (column) => column.notNull())
      .addColumn("disk_format", varchar(20))
      .addColumn("container_format", varchar(20))
      .addColumn("checksum", varchar(32))
      .addColumn("owner", varchar(255))
      .addColumn("min_disk", "integer", (column) => column.notNull())
      .addColumn("min_ram", "integer", (column) => column.notNull())
      .addColumn("protected", "boolean", (column) => column.notNull().defaultTo(sql.lit(false)))
      .addColumn("virtual_size", "bigint")
      .addColumn("visibility", varchar(9), (column) => column.notNull().defaultTo("shared"))
      .addColumn("os_hidden", "boolean", (column) => column.notNull().defaultTo(sql.lit(false)))
      .addColumn("os_hash_algo", varchar(64))
      .addColumn("os_hash_value", varchar(128))
      .execute();
    await index("images", "checksum_image_idx", ["checksum"]);
    await index("images", "visibility_image_idx", ["visibility"]);
    await index("images", "ix_images_deleted", ["deleted"]);
    await index("images", "owner_image_idx", ["owner"]);
    await index("images", "created_at_image_idx", ["created_at"]);
    await index("images", "os_hidden_image_idx", ["os_hidden"]);
    await index("images", "os_hash_value_image_idx", ["os_hash_value"]);

    await partOfImage("image_tags")
      .addColumn("value", varchar(255), (column) => column.notNull())
      .execute();
    await index("image_tags", "ix_image_tags_image_id", ["image_id"]);
    await index("image_tags", "ix_image_tags_image_id_tag_value", ["image_id", "value"]);

    await partOfImage("image_properties")
      .addColumn("name", varchar(255), (column) => column.notNull())
      .addColumn("value", "text")
      .addUniqueConstraint("ix_image_properties_image_id_name", ["image_id", "name"])
      .execute();
    await index("image_properties", "ix_image_properties_image_id", ["image_id"]);
    await index("image_properties", "ix_image_properties_deleted", ["deleted"]);

    await partOfImage("image_members")
      .addColumn("member", varchar(255), (column) => column.notNull())
      .addColumn("can_share", "boolean", (column) => column.notNull())
      .addColumn("status", varchar(20), (column) => column.notNull().defaultTo("pending"))
      .addUniqueConstraint("image_members_image_id_member_deleted_at_key", [
        "image_id",
        "member",
        "deleted_at",
      ])
      .execute();
    await index("image_members", "ix_image_members_image_id", ["image_id"]);
    await index("image_members", "ix_image_members_image_id_member", ["image_id", "member"]);
    await index("image_members", "ix_image_members_deleted", ["deleted"]);

    await partOfImage("image_locations")
      .addColumn("value", "text", (column) => column.notNull())
      .addColumn("meta_data", "text")
      .addColumn("status", varchar(30), (column) => column.notNull().defaultTo("active"))
      .execute();
    await index("image_locations", "ix_image_locations_image_id", ["image_id"]);
    await index("image_locations", "ix_image_locations_deleted", ["deleted"]);
  },
});
