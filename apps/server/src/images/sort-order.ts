import type { SortField, SortOrder } from "./model/image-store.ts";

type Direction = SortOrder["direction"];

/** The order that a caller asks for. */
export interface SortWish {
  readonly fields: readonly SortField[];
  /** One for each field, one for all of them, or none. */
  readonly directions: readonly Direction[];
}

/**
 * The whole order of a list: newest first when nothing is asked for. Ties are broken by the time an image was
 * made and then by its id. Both go the way of all fields if one direction was given, else they descend. Source:
 * Glance, glance/db/sqlalchemy/api.py, `_image_get_all`.
 */
export function sortOrder({ fields, directions }: SortWish): SortOrder[] {
  const [only] = directions;
  const tieDirection = directions.length === 1 && only !== undefined ? only : "desc";
  const wished = fields.map((field, index) => ({
    field,
    direction: directions.length === 1 ? tieDirection : (directions[index] ?? "desc"),
  }));
  const order = new Map<SortField, Direction>();
  for (const { field, direction } of [
    ...wished,
    ...TIE_BREAKERS.map((tied) => ({ field: tied, direction: tieDirection })),
  ]) {
    // A field breaks no ties when the list is sorted by it already.
    if (!order.has(field)) order.set(field, direction);
  }
  return [...order].map(([field, direction]) => ({ field, direction }));
}

const TIE_BREAKERS: readonly SortField[] = ["createdAt", "id"];
