import type { ColumnType, Generated, SqlBool } from "kysely";
import type { StoredEventId } from "./events/event-id.ts";

/** A time as its column holds it: `YYYY-MM-DD HH:MM:SS.ffffff`, UTC. */
type SqlTime = string;

/** SQLite and MariaDB hand booleans out as numbers. */
type Flag = ColumnType<SqlBool, boolean, boolean>;

interface SoftDeleted {
  created_at: SqlTime;
  updated_at: SqlTime | null;
  deleted_at: SqlTime | null;
  deleted: Flag;
}

interface ImagesTable extends SoftDeleted {
  id: string;
  name: string | null;
  size: number | null;
  status: string;
  disk_format: string | null;
  container_format: string | null;
  checksum: string | null;
  owner: string | null;
  min_disk: number;
  min_ram: number;
  protected: Flag;
  virtual_size: number | null;
  visibility: string;
  os_hidden: Flag;
  os_hash_algo: string | null;
  os_hash_value: string | null;
}

interface ImageTagsTable extends SoftDeleted {
  id: Generated<number>;
  image_id: string;
  value: string;
}

interface ImagePropertiesTable extends SoftDeleted {
  id: Generated<number>;
  image_id: string;
  name: string;
  value: string | null;
}

interface ImageMembersTable extends SoftDeleted {
  id: Generated<number>;
  image_id: string;
  member: string;
  can_share: Flag;
  status: string;
}

interface ImageLocationsTable extends SoftDeleted {
  id: Generated<number>;
  image_id: string;
  value: string;
  meta_data: string | null;
  status: string;
}

/** What became of tags; beside Glance's tables, and not always there. See `migrations/tag-events-table.ts`. */
interface EventsTable {
  id: StoredEventId;
  image_id: string;
  tag: string;
  added: Flag;
  owner: string | null;
  user_id: string | null;
  project_id: string | null;
  roles: string | null;
  request_id: string | null;
  application_credential_id: string | null;
  trust_id: string | null;
}

/** What is tried to be sent to a destination; beside Glance's tables too. See `migrations/outbox-tables.ts`. */
interface DeliveryTable {
  destination: string;
  event_id: StoredEventId;
  attempts: Generated<number>;
  error: Generated<string | null>;
}

interface OutboxTable extends DeliveryTable {
  due_at: Generated<number | null>;
}

interface GivenUpTable extends DeliveryTable {
  given_up_at: number;
}

interface LeasesTable {
  name: string;
  holder: string;
  ends_at: number;
}

/** Rules about tags; not always there. See `migrations/tag-rules-table.ts`. */
interface RulesTable {
  id: StoredEventId;
  project_id: string | null;
  pattern: string;
  forbid: string;
  unless_role: string | null;
  user_id: string | null;
}

/** One row, another after each change of the rules. */
interface RulesVersionTable {
  id: number;
  version: string;
}

/** The tables of Glance that hold images, and ours. Source: Glance, glance/db/sqlalchemy/models.py. */
export interface Schema {
  imagetags_events: EventsTable;
  imagetags_outbox: OutboxTable;
  imagetags_given_up: GivenUpTable;
  imagetags_leases: LeasesTable;
  imagetags_rules: RulesTable;
  imagetags_rules_version: RulesVersionTable;
  images: ImagesTable;
  image_tags: ImageTagsTable;
  image_properties: ImagePropertiesTable;
  image_members: ImageMembersTable;
  image_locations: ImageLocationsTable;
}

/** Every column of Glance's that is read or written, by table. A found database must have them all. */
export const REQUIRED_COLUMNS = {
  images: [
    "id",
    "name",
    "size",
    "status",
    "created_at",
    "updated_at",
    "deleted_at",
    "deleted",
    "disk_format",
    "container_format",
    "checksum",
    "owner",
    "min_disk",
    "min_ram",
    "protected",
    "virtual_size",
    "visibility",
    "os_hidden",
    "os_hash_algo",
    "os_hash_value",
  ],
  image_tags: ["id", "image_id", "value", "created_at", "updated_at", "deleted_at", "deleted"],
  image_properties: ["id", "image_id", "name", "value", "created_at", "updated_at", "deleted_at", "deleted"],
  image_members: [
    "id",
    "image_id",
    "member",
    "can_share",
    "status",
    "created_at",
    "updated_at",
    "deleted_at",
    "deleted",
  ],
  image_locations: [
    "id",
    "image_id",
    "value",
    "meta_data",
    "status",
    "created_at",
    "updated_at",
    "deleted_at",
    "deleted",
  ],
} as const satisfies {
  [Table in Exclude<keyof Schema, `imagetags_${string}`>]: readonly (keyof Schema[Table])[];
};
