import { expressionBuilder, type Expression, type SqlBool } from "kysely";
import { storableOrNull, type Dialect } from "../dialect.ts";
import type { ImageListFilter } from "../../../images/model/image-list-filter.ts";
import type { Schema } from "../schema.ts";

const row = expressionBuilder<Schema, "images">();

/** Who asks for a list, and which visibility for. */
type Asking = Pick<ImageListFilter, "asAdmin" | "projectId" | "visibility" | "memberStatus">;

/**
 * The image is listed to the asking project. Source: Glance, glance/db/sqlalchemy/api.py,
 * `_select_images_query` and `_image_get_all`.
 */
export function isListed(dialect: Dialect, filter: Asking): Expression<SqlBool> {
  const { asAdmin, projectId, visibility } = filter;
  const conditions: Expression<SqlBool>[] = [];
  const own = dialect.isOneOf("images.owner", [storableOrNull(dialect, "images.owner", projectId)]);
  if (!asAdmin) {
    conditions.push(
      decidedByRow(
        row.or([
          own,
          row("images.visibility", "in", ["public", "community"]),
          row.and([row("images.visibility", "=", "shared"), isMember(dialect, filter)]),
        ]),
      ),
    );
  }
  if (visibility === undefined) conditions.push(row.or([own, row("images.visibility", "!=", "community")]));
  else if (visibility !== "all") conditions.push(row("images.visibility", "=", visibility));
  return row.and(conditions);
}

function isMember(dialect: Dialect, { projectId, memberStatus }: Asking): Expression<SqlBool> {
  const memberships = row
    .selectFrom("image_members")
    .select("image_members.id")
    .whereRef("image_members.image_id", "=", "images.id")
    .where(
      dialect.isOneOf("image_members.member", [storableOrNull(dialect, "image_members.member", projectId)]),
    )
    // An index on `deleted` would lead to all memberships there are.
    .where((member) => member.not("image_members.deleted"));
  return row.exists(
    memberStatus === "all" ? memberships : memberships.where("image_members.status", "=", memberStatus),
  );
}

/**
 * The same condition in a text that no index answers. A project may see a large part of a cloud's images or its
 * own few. SQLite, without statistics, would go through an index for either.
 */
function decidedByRow(condition: Expression<SqlBool>): Expression<SqlBool> {
  return row(row.case().when(condition).then(1).else(0).end(), "=", 1);
}
