import { useLayoutEffect, useRef, useState } from "preact/hooks";
import type { ImagesAddress, SortColumn } from "../address/address.ts";
import { goTo } from "../address/use-address.ts";
import { text } from "../texts/texts.ts";
import { ImageRow } from "./image-row.tsx";
import { isEmpty, isSelected, type Selection } from "./selection.ts";
import type { LoadedImages } from "./use-images.ts";
import { useWindowRows } from "./use-window-rows.ts";

interface Props {
  readonly address: ImagesAddress;
  readonly list: LoadedImages;
  readonly selection: Selection;
  readonly onToggle: (id: string) => void;
  readonly onToggleAll: () => void;
}

/** How many rows before the end of what was read the next page is asked for. */
const ROWS_AHEAD = 300;
const ROW_HEIGHT = 53;

/** The images as a table, of which only the rows in the window are in the document. */
export function ImageTable({ address, list, selection, onToggle, onToggleAll }: Props) {
  const { images, hasMore, isFetching, error, loadMore } = list;
  const body = useRef<HTMLDivElement>(null);
  const [top, setTop] = useState(0);
  const rows = useWindowRows({
    count: images.length,
    keyOf: (index) => images[index]?.id ?? String(index),
    estimate: ROW_HEIGHT,
    top,
  });
  const shown = rows.getVirtualItems();
  const last = shown.at(-1)?.index ?? -1;
  useLayoutEffect(() => {
    const now = body.current?.getBoundingClientRect().top ?? 0;
    setTop(now + scrollY);
  }, [images.length, address]);
  useLayoutEffect(() => {
    if (hasMore && !isFetching && error === null && last >= images.length - ROWS_AHEAD) loadMore();
  });

  return (
    <div
      class="table"
      role="table"
      aria-label={text("images")}
      aria-rowcount={hasMore ? -1 : images.length + 1}
    >
      <div role="rowgroup" class="table-head">
        <div role="row" class="row" aria-rowindex={1}>
          <span role="columnheader" class="cell-select">
            <input
              type="checkbox"
              aria-label={text("allThatFit")}
              title={text("allThatFit")}
              checked={selection.kind === "all"}
              indeterminate={selection.kind === "some" && !isEmpty(selection)}
              onChange={onToggleAll}
            />
          </span>
          <SortHeader address={address} column="name" label={text("name")} />
          <span role="columnheader">{text("tags")}</span>
          <SortHeader address={address} column="status" label={text("status")} />
          <span role="columnheader">{text("visibility")}</span>
          <span role="columnheader">{text("owner")}</span>
          <SortHeader address={address} column="updated_at" label={text("changed")} />
          <span role="columnheader" class="cell-history">
            <span class="unseen">{text("history")}</span>
          </span>
        </div>
      </div>
      <div role="rowgroup" class="table-body" ref={body} style={{ height: `${rows.getTotalSize()}px` }}>
        {shown.map(({ index, key, start }) => {
          const image = images[index];
          return image === undefined ? null : (
            <div
              key={String(key)}
              ref={(element) => rows.measureElement(element)}
              data-index={index}
              role="row"
              aria-rowindex={index + 2}
              aria-selected={isSelected(selection, image.id)}
              class="row"
              style={{ transform: `translateY(${start - top}px)` }}
            >
              <ImageRow
                image={image}
                address={address}
                isSelected={isSelected(selection, image.id)}
                onToggle={() => onToggle(image.id)}
              />
            </div>
          );
        })}
      </div>
    </div>
  );
}

interface HeaderProps {
  readonly address: ImagesAddress;
  readonly column: SortColumn;
  readonly label: string;
}

function SortHeader({ address, column, label }: HeaderProps) {
  const { sort } = address;
  const isSorted = sort.column === column;
  const direction = isSorted && sort.direction === "asc" ? "desc" : "asc";
  return (
    <span
      role="columnheader"
      aria-sort={isSorted ? (sort.direction === "asc" ? "ascending" : "descending") : "none"}
    >
      <button
        type="button"
        class="sort"
        title={text("sortBy", { column: label })}
        onClick={() => goTo({ ...address, sort: { column, direction } })}
      >
        {label}
        <span aria-hidden="true" class="sort-arrow">
          {isSorted ? (sort.direction === "asc" ? "↑" : "↓") : ""}
        </span>
      </button>
    </span>
  );
}
