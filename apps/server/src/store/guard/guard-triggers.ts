/** The databases that the guard is for. */
export type GuardedKind = "mysql" | "postgres";

/** The version of the guard that this server expects; it stands in the triggers' names, so that one can be told from another. */
export const GUARD_VERSION = 1;

/** What the names of the guard's triggers begin with, of any version. */
export const TRIGGER_PREFIX = "imagetags_keep_";

/** The triggers of a version: with the second alone, a tag that Glance takes off could not be put on again through it. */
export function triggerNames(version: number): { readonly added: string; readonly removed: string } {
  return { added: `${TRIGGER_PREFIX}added_${version}`, removed: `${TRIGGER_PREFIX}removed_${version}` };
}

/** A statement and the trigger that it makes. */
export interface NewTrigger {
  readonly name: string;
  readonly sql: string;
}

const NAMES = triggerNames(GUARD_VERSION);

/**
 * The triggers for MariaDB and MySQL, in the order in which they are made.
 *
 * With `binlog_format=MIXED` what a trigger reads is locked. So the INSERT takes the lock on the image first, which its
 * foreign key takes anyway and every change of this server begins with; and the UPDATE, which has the tag's row
 * already, does not wait for the image: whoever else holds its lock is not the one who deletes it here.
 */
export const MYSQL_TRIGGERS: readonly NewTrigger[] = [
  {
    name: NAMES.added,
    sql: `CREATE TRIGGER ${NAMES.added} BEFORE UPDATE ON image_tags FOR EACH ROW
BEGIN
  DECLARE gone INT;
  IF @imagetags_server IS NULL AND OLD.deleted = 0 AND NEW.deleted = 1 THEN
    SELECT count(*) INTO gone FROM images
      WHERE id = NEW.image_id AND (deleted = 1 OR status IN ('deleted', 'pending_delete'))
      FOR UPDATE SKIP LOCKED;
    IF gone = 0 THEN
      SET NEW.deleted = OLD.deleted, NEW.deleted_at = OLD.deleted_at, NEW.updated_at = OLD.updated_at;
    END IF;
  END IF;
END`,
  },
  {
    name: NAMES.removed,
    sql: `CREATE TRIGGER ${NAMES.removed} BEFORE INSERT ON image_tags FOR EACH ROW
BEGIN
  DECLARE known INT;
  IF @imagetags_server IS NULL AND NEW.deleted = 0 THEN
    SELECT count(*) INTO known FROM images WHERE id = NEW.image_id LOCK IN SHARE MODE;
    SELECT EXISTS (SELECT 1 FROM image_tags AS tag WHERE tag.image_id = NEW.image_id AND tag.value = NEW.value
      AND cast(tag.value AS binary) = cast(NEW.value AS binary)) INTO known;
    IF known = 1 THEN
      SET NEW.deleted = 1, NEW.deleted_at = utc_timestamp(), NEW.updated_at = NULL;
    END IF;
  END IF;
END`,
  },
];

/** The function that the triggers of PostgreSQL call. */
export const POSTGRES_FUNCTION = "imagetags_guard";

/**
 * The function and the triggers for PostgreSQL. `schema` is the tables', quoted: whoever writes may have another
 * search path.
 */
export function postgresGuard(schema: string): {
  readonly function: string;
  readonly triggers: readonly NewTrigger[];
} {
  const fromAnother = "current_setting('imagetags.server', true) IS DISTINCT FROM 'on'";
  const called = `EXECUTE FUNCTION ${schema}.${POSTGRES_FUNCTION}()`;
  return {
    function: `CREATE OR REPLACE FUNCTION ${schema}.${POSTGRES_FUNCTION}() RETURNS trigger LANGUAGE plpgsql AS $guard$
BEGIN
  IF TG_OP = 'INSERT' THEN
    IF EXISTS (SELECT FROM ${schema}.image_tags AS tag WHERE tag.image_id = NEW.image_id AND tag.value = NEW.value) THEN
      NEW.deleted := true;
      NEW.deleted_at := now() AT TIME ZONE 'UTC';
      NEW.updated_at := NULL;
    END IF;
  ELSIF NOT EXISTS (SELECT FROM ${schema}.images WHERE id = NEW.image_id
      AND (deleted OR status IN ('deleted', 'pending_delete'))) THEN
    NEW.deleted := OLD.deleted;
    NEW.deleted_at := OLD.deleted_at;
    NEW.updated_at := OLD.updated_at;
  END IF;
  RETURN NEW;
END
$guard$`,
    triggers: [
      {
        name: NAMES.added,
        sql: `CREATE TRIGGER ${NAMES.added} BEFORE UPDATE ON ${schema}.image_tags FOR EACH ROW
WHEN (NOT OLD.deleted AND NEW.deleted AND ${fromAnother}) ${called}`,
      },
      {
        name: NAMES.removed,
        sql: `CREATE TRIGGER ${NAMES.removed} BEFORE INSERT ON ${schema}.image_tags FOR EACH ROW
WHEN (NOT NEW.deleted AND ${fromAnother}) ${called}`,
      },
    ],
  };
}
