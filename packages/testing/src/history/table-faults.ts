import type { Row, TableDump } from "../databases/table-dump.ts";
import { tagsText } from "./image-model.ts";
import type { ImageHistory } from "./image-history.ts";

/**
 * What is wrong with the rows that histories left: a live tag in two rows, on an image that is deleted, or
 * newer than its image; an image that bears other tags than it showed last.
 */
export function faultsInTables(dump: TableDump, histories: readonly ImageHistory[]): string[] {
  const images = [...(dump.get("images")?.values() ?? [])];
  const tags = Map.groupBy(dump.get("image_tags")?.values() ?? [], ({ image_id: imageId }) => imageId);
  return histories.flatMap(({ imageId, recorded }) => {
    const image = images.find(({ id }) => id === imageId);
    const rows = tags.get(imageId) ?? [];
    const live = rows.filter(isLive).map(({ value }) => String(value));
    const isGone = image === undefined || !isLive(image);
    const shown = recorded.at(-1)?.outcome;
    return [
      ...(new Set(live).size === live.length
        ? []
        : [`image ${imageId} bears a tag in two rows: ${live.join(", ")}`]),
      ...(isGone && live.length > 0 ? [`image ${imageId} is gone and bears ${live.join(", ")}`] : []),
      ...(shown === (isGone ? "no-image" : tagsText(live))
        ? []
        : [`image ${imageId} was shown otherwise: ${shown}`]),
      ...rows
        .filter((row) => String(row["updated_at"]) > String(image?.["updated_at"]))
        .map(({ value }) => `tag ${String(value)} of image ${imageId} is newer than the image`),
    ];
  });
}

function isLive({ deleted }: Row): boolean {
  return Number(deleted) === 0;
}
