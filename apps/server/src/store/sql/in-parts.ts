/** How many ids or rows one statement names at most: databases bound the number of its values. */
const TOGETHER = 500;

/** Items in parts of a size that one statement can name. */
export function inParts<Item>(items: readonly Item[]): Item[][] {
  const parts: Item[][] = [];
  for (let start = 0; start < items.length; start += TOGETHER)
    parts.push(items.slice(start, start + TOGETHER));
  return parts;
}
